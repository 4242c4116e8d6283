#include "pulsar/net/address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace pulsar::net {
namespace {

constexpr std::string_view unix_prefix = "unix:";
constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path) - 1;
constexpr std::size_t longest_name = 253;  // RFC 1035 without the length bytes
constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_zone = IF_NAMESIZE - 1;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    if (text.empty() || (text.front() == '0' && text.size() > 1)) return std::nullopt;
    std::uint16_t port = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return port;
}

bool is_numeric(int family, std::string_view host) {
    in6_addr parsed;
    // inet_pton(3) would stop at the NUL and take what is before it.
    if (host.find('\0') != std::string_view::npos) return false;
    return inet_pton(family, std::string(host).c_str(), &parsed) == 1;
}

bool is_ipv6(std::string_view text) {
    const auto percent = text.find('%');
    if (!is_numeric(AF_INET6, text.substr(0, percent))) return false;
    if (percent == std::string_view::npos) return true;
    const auto zone = text.substr(percent + 1);
    return !zone.empty() && zone.size() <= longest_zone && std::ranges::all_of(zone, [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
    });
}

bool is_label(std::string_view text) {
    return !text.empty() && text.size() <= longest_label && text.front() != '-' &&
           std::ranges::all_of(
               text, [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
}

/// Whether a resolver would read a name that ends in this label as an IPv4 address: decimal,
/// octal or hexadecimal digits.
bool is_number(std::string_view label) {
    if (label.starts_with("0x") || label.starts_with("0X")) {
        return label.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos;
    }
    return std::ranges::all_of(label, is_digit);
}

bool is_name_or_ipv4(std::string_view host) {
    if (host.size() > longest_name) return false;
    auto rest = host;
    if (rest.ends_with('.')) rest.remove_suffix(1);
    for (;;) {
        const auto dot = rest.find('.');
        const auto label = rest.substr(0, dot);
        if (!is_label(label)) return false;
        if (dot == std::string_view::npos) return !is_number(label) || is_numeric(AF_INET, host);
        rest.remove_prefix(dot + 1);
    }
}

std::optional<address> parse_unix(std::string_view path) {
    const bool has_nul = path.find('\0') != std::string_view::npos;
    if (path.empty() || path.size() > longest_path || has_nul) return std::nullopt;
    return address{.is = address::kind::unix_path, .host = {}, .path = std::string(path)};
}

}  // namespace

std::optional<address> parse_address(std::string_view text) {
    if (text.starts_with(unix_prefix)) return parse_unix(text.substr(unix_prefix.size()));
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto port = parse_port(text.substr(colon + 1));
    if (!port) return std::nullopt;

    auto host = text.substr(0, colon);
    if (host.empty()) {
        return address{.is = address::kind::any, .host = {}, .port = *port, .path = {}};
    }
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
        if (!is_ipv6(host)) return std::nullopt;
    } else if (!is_name_or_ipv4(host)) {
        return std::nullopt;
    }
    return address{.host = std::string(host), .port = *port, .path = {}};
}

std::string to_string(const address& value) {
    if (value.is == address::kind::unix_path) return std::string(unix_prefix) + value.path;
    auto port = ':' + std::to_string(value.port);
    if (value.is == address::kind::any) return port;
    const bool ipv6 = value.host.find(':') != std::string::npos;
    return (ipv6 ? '[' + value.host + ']' : value.host) + port;
}

}  // namespace pulsar::net
