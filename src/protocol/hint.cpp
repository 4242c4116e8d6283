#include "pulsar/protocol/hint.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace pulsar::protocol {

namespace {

constexpr std::array<std::string_view, 8> methods{"GET ", "HEAD", "POST", "PUT ",
                                                  "DELE", "CONN", "OPTI", "TRAC"};

constexpr std::string_view tls_handshake{"\x16\x03", 2};  // the record's type, the version's major
constexpr unsigned last_tls_minor = 4;

std::uint32_t swapped(std::uint32_t length) noexcept {
    const auto bytes = encode_header(length);
    return decode_header(header{bytes[3], bytes[2], bytes[1], bytes[0]});
}

}  // namespace

std::string_view hint(const header& length, std::size_t max_payload) noexcept {
    const std::string_view text(reinterpret_cast<const char*>(length.data()), length.size());
    if (std::ranges::find(methods, text) != methods.end()) return "http";
    if (text.starts_with(tls_handshake) && std::to_integer<unsigned>(length[2]) <= last_tls_minor) {
        return "tls";
    }
    if (text == "SSH-") return "ssh";
    if (text == "PROX") return "proxy_v1";
    if (text == "\r\n\r\n") return "proxy_v2";
    if (swapped(decode_header(length)) <= max_payload) return "little_endian";
    return {};
}

}  // namespace pulsar::protocol
