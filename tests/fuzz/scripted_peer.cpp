#include "scripted_peer.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>

namespace pulsar::fuzz {

namespace {

constexpr std::size_t k = 1024;
constexpr std::size_t longest_payload = 400 * k;
constexpr std::size_t longest_stream = 600 * k;  // or the fuzzer would be a slow one

constexpr std::array<std::size_t, 24> amounts{
    200,         255,        256,         1000,    4095,    4 * k,
    16 * k - 1,  16 * k,     16 * k + 1,  20 * k,  32 * k,  64 * k - 1,
    64 * k,      64 * k + 1, 65541,       100'000, 128 * k, 256 * k - 4,
    256 * k - 1, 256 * k,    256 * k + 1, 300'000, 400'000, 1'000'000'000};

/// Payloads begin at different places of it.
const std::string& noise() {
    static const std::string bytes = [] {
        std::minstd_rand random(1);
        std::string made(longest_payload + 4 * k, '\0');
        std::generate(made.begin(), made.end(), [&] { return static_cast<char>(random() >> 8); });
        return made;
    }();
    return bytes;
}

}  // namespace

std::size_t choose_amount(input& from) {
    constexpr auto small = 256 - amounts.size();
    const std::size_t choice = from.byte();
    return choice < small ? choice : amounts[choice - small];
}

void scripted_peer::add_header(std::size_t size) {
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes_ += static_cast<char>(size >> shift);
}

void scripted_peer::add_proxy_header(input& from) {
    static const std::string signature("\r\n\r\n\0\r\nQUIT\n", 12);
    static const std::string v4("\xc0\0\2\1\1\2\3\4\x0f\xa0\0\1", 12);
    static const std::array<std::string, 7> headers{
        "PROXY TCP4 192.0.2.1 1.2.3.4 4000 1\r\n",
        "PROXY TCP6 ::ffff:192.0.2.1 ::1 4000 1\r\n",
        "PROXY UNKNOWN anything\r\n",
        signature + std::string("\x21\x11\0\x0c", 4) + v4,
        signature + std::string("\x21\x12\x04\0", 4) + v4 + std::string("\4\3\xf1", 3) +
            std::string(1009, 'x'),
        signature + std::string("\x20\0\0\0", 4),
        ""};
    const auto choice = from.byte();
    auto header = headers.at(choice % headers.size());
    if (choice >= 0xe0 && !header.empty()) header[from.byte() % header.size()] ^= 1;
    bytes_ += header;
}

void scripted_peer::add_frame(input& from) {
    auto size = std::min({choose_amount(from), max_payload_ + 1, longest_payload});
    if (bytes_.size() + size > longest_stream) size = 0;
    add_header(size);
    bytes_.append(noise(), ++frames_ * 31 % (4 * k), size);
}

void scripted_peer::add_oversize(input& from) {
    add_header(std::max<std::size_t>(max_payload_ + 1, from.number<std::uint32_t>()));
}

void scripted_peer::add_raw(input& from) {
    bytes_ += from.bytes(from.byte() % 16);
}

std::string_view scripted_peer::take(std::size_t most) {
    const auto part = std::string_view(bytes_).substr(taken_, most);
    taken_ += part.size();
    return part;
}

}  // namespace pulsar::fuzz
