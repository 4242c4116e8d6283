#include "pulsar/net/address.hpp"

#include "pulsar/net/mapped_address.hpp"
#include "pulsar/system/handed_sockets.hpp"
#include "pulsar/system/whole_number.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>
#include <net/if.h>
#include <sys/un.h>
#include <utility>

namespace pulsar::net {

namespace ip = boost::asio::ip;

namespace {

constexpr std::string_view unix_prefix = "unix:";
constexpr std::string_view handed_prefix = "fd:";
constexpr std::size_t longest_handed_name = 255;
// A path ends in a NUL, an abstract name begins with one.
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

/// The name or the number of an interface.
bool is_zone(std::string_view text) {
    return !text.empty() && text.size() <= longest_zone && std::ranges::all_of(text, [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
    });
}

/// As inet_ntop(3) writes it.
std::optional<std::string> parse_ipv6(std::string_view text) {
    const auto percent = std::min(text.find('%'), text.size());
    const auto zone = text.substr(percent);
    boost::system::error_code bad;
    const auto parsed = ip::make_address_v6(std::string(text.substr(0, percent)), bad);
    if (bad) return std::nullopt;
    if (zone.empty()) return without_mapping(parsed).to_string();
    if (parsed.is_v4_mapped() || !is_zone(zone.substr(1))) return std::nullopt;
    return parsed.to_string().append(zone);
}

bool is_ipv4(std::string_view text) {
    boost::system::error_code bad;
    ip::make_address_v4(std::string(text), bad);
    return !bad;
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
        if (dot == std::string_view::npos) return !is_number(label) || is_ipv4(host);
        rest.remove_prefix(dot + 1);
    }
}

std::optional<address> parse_unix(std::string_view path) {
    const auto name = path.substr(path.starts_with('@') ? 1 : 0);
    if (name.empty() || name.size() > longest_path) return std::nullopt;
    return address{.is = address::kind::unix_path, .host = {}, .path = std::string(path)};
}

std::optional<address> parse_handed(std::string_view which) {
    if (which.empty() || which.size() > longest_handed_name) return std::nullopt;
    if (std::ranges::all_of(which, is_digit)) {
        const auto number = system::whole_number<unsigned>(which);
        if (!number || std::cmp_less(*number, system::first_handed)) return std::nullopt;
    }
    const auto fits = [](char c) { return c >= ' ' && c <= '~' && c != ':'; };
    if (!std::ranges::all_of(which, fits)) return std::nullopt;
    return address{.is = address::kind::handed, .host = {}, .path = std::string(which)};
}

}  // namespace

std::optional<address> parse_address(std::string_view text) {
    // The calls of C would stop there, and take what is before it.
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    if (text.starts_with(unix_prefix)) return parse_unix(text.substr(unix_prefix.size()));
    if (text.starts_with(handed_prefix)) return parse_handed(text.substr(handed_prefix.size()));
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto port = system::whole_number<std::uint16_t>(text.substr(colon + 1));
    if (!port) return std::nullopt;

    auto host = text.substr(0, colon);
    if (host.empty()) {
        return address{.is = address::kind::any, .host = {}, .port = *port, .path = {}};
    }
    if (host.starts_with('[') && host.ends_with(']')) {
        auto ipv6 = parse_ipv6(host.substr(1, host.size() - 2));
        if (!ipv6) return std::nullopt;
        return address{.host = *std::move(ipv6), .port = *port, .path = {}};
    }
    if (!is_name_or_ipv4(host)) return std::nullopt;
    return address{.host = std::string(host), .port = *port, .path = {}};
}

bool is_same(const address& one, const address& other) {
    const bool tcp = one.is == address::kind::tcp || one.is == address::kind::any;
    const bool fixed = !tcp || one.port != 0;
    return fixed && one == other;
}

std::string to_string(const address& value) {
    if (value.is == address::kind::unix_path) return std::string(unix_prefix) + value.path;
    if (value.is == address::kind::handed) return std::string(handed_prefix) + value.path;
    auto port = ':' + std::to_string(value.port);
    if (value.is == address::kind::any) return port;
    const bool ipv6 = value.host.find(':') != std::string::npos;
    return (ipv6 ? '[' + value.host + ']' : value.host) + port;
}

}  // namespace pulsar::net
