#include "pulsar/protocol/write_proxy_header.hpp"

#include "proxy_header_v2.hpp"

#include <charconv>

namespace pulsar::protocol {

namespace {

using family = proxy_address::family;

unsigned byte_of(const proxy_address& end, std::size_t i) {
    return std::to_integer<unsigned>(end.ip.at(i));
}

void append_number(std::string& text, unsigned value, int base) {
    std::array<char, 8> digits{};
    const auto written = std::to_chars(digits.begin(), digits.end(), value, base);
    text.append(digits.begin(), written.ptr);
}

void append_ip(std::string& text, const proxy_address& end) {
    if (end.is == family::ipv4) {
        for (std::size_t i = 0; i < 4; ++i) {
            if (i > 0) text += '.';
            append_number(text, byte_of(end, i), 10);
        }
        return;
    }
    for (std::size_t i = 0; i < 16; i += 2) {
        if (i > 0) text += ':';
        append_number(text, byte_of(end, i) << 8 | byte_of(end, i + 1), 16);
    }
}

std::string write_v1(const proxy_address& source, const proxy_address& destination) {
    if (source.is != family::ipv4 && source.is != family::ipv6) return "PROXY UNKNOWN\r\n";
    std::string line = source.is == family::ipv4 ? "PROXY TCP4 " : "PROXY TCP6 ";
    append_ip(line, source);
    line += ' ';
    append_ip(line, destination);
    for (const auto port : {source.port, destination.port}) {
        line += ' ';
        append_number(line, port, 10);
    }
    return line + "\r\n";
}

void append_16_bits(std::string& bytes, std::size_t value) {
    bytes += static_cast<char>(value >> 8 & 0xff);
    bytes += static_cast<char>(value & 0xff);
}

std::string addresses_of(const proxy_address& source, const proxy_address& destination) {
    std::string block;
    for (const auto* end : {&source, &destination}) {
        if (end->is == family::unix_path) {
            const auto begin = block.size();
            block += end->path;
            block.resize(begin + proxy_unix_size);
        } else {
            const std::size_t size = end->is == family::ipv4 ? 4 : 16;
            block.append(reinterpret_cast<const char*>(end->ip.data()), size);
        }
    }
    if (source.is == family::unix_path) return block;
    append_16_bits(block, source.port);
    append_16_bits(block, destination.port);
    return block;
}

std::string write_v2(const proxy_address& source, const proxy_address& destination) {
    constexpr char version_2_proxy = 0x21;
    constexpr unsigned stream = 1;
    std::string header(proxy_signature);
    header += version_2_proxy;
    if (source.is == family::none) return header + std::string(3, '\0');
    const auto block = addresses_of(source, destination);
    header += static_cast<char>(static_cast<unsigned>(source.is) << 4 | stream);
    append_16_bits(header, block.size());
    return header + block;
}

}  // namespace

std::string write_proxy_header(proxy_header::version version, const proxy_address& source,
                               const proxy_address& destination) {
    return version == proxy_header::version::v1 ? write_v1(source, destination)
                                                : write_v2(source, destination);
}

}  // namespace pulsar::protocol
