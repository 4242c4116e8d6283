// The PROXY header against a second reading, which takes it only as a whole, by splitting it where
// its separators are. A header is under way if there is an ending that makes it whole: some are
// tried. The input is the stream.

#include "pulsar/protocol/proxy_header.hpp"

#include "require.hpp"
#include "split.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace protocol = pulsar::protocol;
using protocol::proxy_address;
using protocol::proxy_header;
using pulsar::fuzz::require;
using pulsar::fuzz::split;

struct reading {
    std::size_t size = 0;
    bool local = false;
    std::string source;  // family, address and port, as bytes; empty: not told
    std::string destination;
};

bool is_number(const std::string& text, int most) {
    const bool digits = !text.empty() && text.size() < 6 &&
                        text.find_first_not_of("0123456789") == std::string::npos;
    return digits && std::to_string(std::stoi(text)) == text && std::stoi(text) <= most;
}

std::optional<std::string> ip_bytes(int family, const std::string& text) {
    std::array<char, 16> bytes{};
    if (family == AF_INET) {
        for (const auto& part : split(text, '.'))
            if (!is_number(part, 255)) return std::nullopt;
    } else if (text.find('.') != std::string::npos) {
        auto prefix = text.substr(0, 7);
        for (auto& c : prefix)
            if (c == 'F') c = 'f';
        if (prefix != "::ffff:" || !ip_bytes(AF_INET, text.substr(7))) return std::nullopt;
    }
    if (::inet_pton(family, text.c_str(), bytes.data()) != 1) return std::nullopt;
    return std::string(bytes.data(), family == AF_INET ? 4 : 16);
}

std::string port_bytes(const std::string& digits) {
    const auto port = std::stoi(digits);
    return {static_cast<char>(port >> 8), static_cast<char>(port)};
}

std::optional<reading> read_v1(const std::string& stream) {
    const auto end = stream.find("\r\n");
    if (end == std::string::npos || end + 2 > 107) return std::nullopt;
    const auto line = stream.substr(0, end);
    if (line.find('\0') != std::string::npos && !line.starts_with("PROXY UNKNOWN "))
        return std::nullopt;
    const auto words = split(line, ' ');
    if (words.size() < 2 || words[0] != "PROXY") return std::nullopt;
    if (words[1] == "UNKNOWN") return reading{end + 2, false, "", ""};
    if (words.size() != 6 || (words[1] != "TCP4" && words[1] != "TCP6")) return std::nullopt;
    const int family = words[1] == "TCP4" ? AF_INET : AF_INET6;
    const auto source = ip_bytes(family, words[2]);
    const auto destination = ip_bytes(family, words[3]);
    if (!source || !destination) return std::nullopt;
    if (!is_number(words[4], 65'535) || !is_number(words[5], 65'535)) return std::nullopt;
    return reading{end + 2, false, *source + port_bytes(words[4]),
                   *destination + port_bytes(words[5])};
}

std::size_t number_at(std::string_view bytes, std::size_t i) {
    return static_cast<unsigned char>(bytes[i]) * std::size_t{256} +
           static_cast<unsigned char>(bytes[i + 1]);
}

/// By long division, bit by bit.
std::string checksum(const std::string& bytes) {
    std::uint32_t rest = 0xffffffff;
    for (const char c : bytes) {
        for (int bit = 0; bit < 8; ++bit) {
            const bool one = ((rest ^ (static_cast<unsigned char>(c) >> bit)) & 1) != 0;
            rest = rest / 2 ^ (one ? 0x82f63b78U : 0U);
        }
    }
    rest = ~rest;
    std::string sum;
    for (int shift = 24; shift >= 0; shift -= 8)
        sum += static_cast<char>(rest >> shift);
    return sum;
}

bool are_tlvs(const std::string& header, std::size_t from) {
    int sums = 0;
    while (from < header.size()) {
        if (header.size() - from < 3) return false;
        const auto length = number_at(header, from + 1);
        if (header.size() - from - 3 < length) return false;
        if (header[from] == 3) {
            if (length != 4 || ++sums > 1) return false;
            auto zeroed = header;
            zeroed.replace(from + 3, 4, 4, '\0');
            if (checksum(zeroed) != header.substr(from + 3, 4)) return false;
        }
        from += 3 + length;
    }
    return true;
}

std::string path_of(std::string path) {
    if (path[0] != '\0') return path.substr(0, path.find('\0'));
    while (!path.empty() && path.back() == '\0')
        path.pop_back();
    return path;
}

const std::string signature("\r\n\r\n\0\r\nQUIT\n", 12);

std::optional<reading> read_v2(const std::string& stream) {
    if (stream.size() < 16 || !stream.starts_with(signature)) return std::nullopt;
    const auto size = 16 + number_at(stream, 14);
    if (size > 4096 || stream.size() < size) return std::nullopt;
    const auto header = stream.substr(0, size);
    if (header[12] == 0x20) return reading{size, true, "", ""};
    if (header[12] != 0x21) return std::nullopt;
    const auto kind = static_cast<unsigned char>(header[13]);
    if (kind / 16 > 3 || kind % 16 > 2) return std::nullopt;
    if (kind / 16 == 0 || kind % 16 == 0) return reading{size, false, "", ""};
    const std::size_t ip = kind / 16 == 1 ? 4 : kind / 16 == 2 ? 16 : 108;
    const std::size_t port = ip == 108 ? 0 : 2;
    const auto fields = 16 + 2 * ip + 2 * port;
    if (size < fields || !are_tlvs(header, fields)) return std::nullopt;
    auto source = header.substr(16, ip);
    auto destination = header.substr(16 + ip, ip);
    if (port == 0) {
        source = '\0' + path_of(source);  // told, if empty
        destination = '\0' + path_of(destination);
    }
    return reading{size, false, source + header.substr(16 + 2 * ip, port),
                   destination + header.substr(16 + 2 * ip + port, port)};
}

std::optional<reading> read_whole(const std::string& stream) {
    return stream.starts_with("P") ? read_v1(stream) : read_v2(stream);
}

/// What may be added to the beginning of a line so that it is one.
bool can_become_v1(const std::string& begin) {
    static const std::vector<std::string> lines{"PROXY UNKNOWN\r\n",
                                                "PROXY UNKNOWN \r\n",
                                                "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\r\n",
                                                "PROXY TCP6 :: 1:1:1:1:1:1:1:1 1 1\r\n",
                                                "PROXY TCP6 1:1:1:1:1:1:1:1 ::1 1 1\r\n",
                                                "PROXY TCP6 ::ffff:1.1.1.1 ::ffff:1.1.1.1 1 1\r\n"};
    return std::ranges::any_of(lines, [&](const std::string& line) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            const auto whole = read_v1(begin + line.substr(i));
            if (whole && whole->size > begin.size()) return true;
        }
        return false;
    });
}

/// Filled up with zeros and a TLV that takes all that is left, with a sum that is made to be right.
bool can_become_v2(std::string header) {
    static const std::string whole_one = signature + std::string("\x21\x11\0\x0c", 4);
    if (header.size() < 16) {
        // Its length can be anything within what is there of it.
        for (const auto* last : {"\x00", "\x0c", "\x24", "\xd8", "\xf0", "\xff"}) {
            auto longer = header;
            if (longer.size() < 15) longer += whole_one.substr(longer.size(), 15 - longer.size());
            if (longer.size() < 16) longer += *last;
            if (longer.size() == 16 && can_become_v2(longer)) return true;
        }
        return false;
    }
    const auto size = 16 + number_at(header, 14);
    if (!header.starts_with(signature) || size > 4096 || size < header.size()) return false;
    const auto kind = static_cast<unsigned char>(header[13]);
    const bool told = header[12] == 0x21 && kind / 16 != 0 && kind % 16 != 0;
    const std::size_t ip = kind / 16 == 1 ? 12 : kind / 16 == 2 ? 36 : 216;
    const auto known = header.size();
    header.resize(size);
    std::optional<std::size_t> sum_at;
    for (auto from = 16 + ip; told && from + 3 <= size;) {
        const auto left = size - from - 3;
        const bool sum = header[from] == 3;
        const auto stated = number_at(header, from + 1);
        // What is not there of the length yet becomes as long as it can.
        auto length = stated;
        if (known <= from + 1) {
            length = sum ? 4 : left;
        } else if (known == from + 2) {
            length = sum ? 4 : std::min<std::size_t>(left, (stated & 0xff00) + 255);
            if (length != left && left - length < 3) length = left - 3;
        }
        if ((length ^ stated) >> 8 != 0 && known > from + 1) return false;
        header[from + 1] = static_cast<char>(length >> 8);
        header[from + 2] = static_cast<char>(length);
        if (sum) sum_at = from + 3;
        from += 3 + length;
    }
    if (sum_at && *sum_at + 4 <= size && known < size) {  // it is compared at the end
        header.replace(*sum_at, 4, 4, '\0');
        header.replace(*sum_at, 4, checksum(header));
    }
    return read_v2(header).has_value();
}

bool can_become_one(const std::string& begin) {
    if (begin.empty()) return true;
    return begin[0] == 'P' ? can_become_v1(begin) : can_become_v2(begin);
}

std::string as_bytes(const proxy_address& address) {
    const std::string ip(reinterpret_cast<const char*>(address.ip.data()), 16);
    const std::string port{static_cast<char>(address.port >> 8), static_cast<char>(address.port)};
    switch (address.is) {
        case proxy_address::family::none:
            return "";
        case proxy_address::family::ipv4:
            return ip.substr(0, 4) + port;
        case proxy_address::family::ipv6:
            return ip + port;
        case proxy_address::family::unix_path:
            return '\0' + std::string(address.path);
    }
    return "?";
}

void check_complete(const proxy_header& found, const std::string& stream) {
    const auto expected = read_whole(stream);
    require(expected && found.size == expected->size && found.error.empty());
    require((found.from == proxy_header::version::v1) == (stream[0] == 'P'));
    require((found.what == proxy_header::command::local) == expected->local);
    require(as_bytes(found.source) == expected->source);
    require(as_bytes(found.destination) == expected->destination);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string stream(reinterpret_cast<const char*>(data), size);
    const auto at = [&](std::size_t n) {
        return protocol::read_proxy_header(std::as_bytes(std::span(stream).first(n)));
    };
    const auto whole = at(size);
    switch (whole.is) {
        case proxy_header::state::complete:
            check_complete(whole, stream);
            require(at(whole.size - 1).is == proxy_header::state::incomplete);
            break;
        case proxy_header::state::bad: {
            require(whole.size < size && !whole.error.empty());
            // The first byte: before it there was hope, and with it there is none.
            require(at(whole.size).is == proxy_header::state::incomplete);
            require(can_become_one(stream.substr(0, whole.size)));
            const auto with_it = stream.substr(0, whole.size + 1);
            require(!read_whole(with_it) && !can_become_one(with_it));
            require(at(whole.size + 1).size == whole.size);
            break;
        }
        case proxy_header::state::incomplete:
            require(!read_whole(stream) && whole.size >= 1 && whole.error.empty());
            require(can_become_one(stream));
            break;
    }
    return 0;
}
