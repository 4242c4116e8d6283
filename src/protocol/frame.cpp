#include "pulsar/protocol/frame.hpp"

#include <stdexcept>

namespace pulsar::protocol {

void encode(std::span<const std::byte> payload, std::vector<std::byte>& out) {
    if (payload.size() > max_payload_size) throw std::length_error("payload over 4 GiB - 1");
    const auto head = encode_header(static_cast<std::uint32_t>(payload.size()));
    out.insert(out.end(), head.begin(), head.end());
    out.insert(out.end(), payload.begin(), payload.end());
}

decoded decode(std::span<const std::byte> stream, std::size_t max_payload) noexcept {
    if (stream.size() < header_size) return {decode_error::incomplete, 0, {}};
    const auto announced = decode_header(stream.first<header_size>());
    if (announced > max_payload) return {decode_error::too_large, announced, {}};
    const auto rest = stream.subspan(header_size);
    if (rest.size() < announced) return {decode_error::incomplete, announced, {}};
    return {decode_error::none, announced, rest.first(announced)};
}

std::span<const std::byte> heartbeat_frame() noexcept {
    static constexpr auto frame = [] {
        std::array<std::byte, header_size + heartbeat_payload.size()> bytes{};
        auto* at = bytes.data();
        for (const auto b : encode_header(heartbeat_payload.size()))
            *at++ = b;
        for (const char c : heartbeat_payload)
            *at++ = static_cast<std::byte>(c);
        return bytes;
    }();
    return frame;
}

}  // namespace pulsar::protocol
