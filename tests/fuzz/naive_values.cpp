#include "naive_values.hpp"

#include "split.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cctype>
#include <set>
#include <string>
#include <vector>

namespace pulsar::fuzz {
namespace {

/// Wide enough for 20 digits by any factor.
__extension__ using wide = unsigned __int128;

constexpr std::string_view digits = "0123456789";
constexpr std::string_view name_characters =
    "0123456789-_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool consists_of(std::string_view text, std::string_view characters) {
    return text.find_first_not_of(characters) == std::string_view::npos;
}

bool numeric(int family, const std::string& host) {
    std::array<unsigned char, 16> parsed{};
    return host.find('\0') == std::string::npos &&
           ::inet_pton(family, host.c_str(), parsed.data()) == 1;
}

/// A resolver takes what inet_aton(3) does for an address, with its octal and missing numbers.
bool deceptive(const std::string& host) {
    in_addr parsed{};
    const auto last =
        split(host.ends_with('.') ? host.substr(0, host.size() - 1) : host, '.').back();
    const bool number = consists_of(last, digits) ||
                        ((last.starts_with("0x") || last.starts_with("0X")) &&
                         std::all_of(last.begin() + 2, last.end(),
                                     [](unsigned char c) { return std::isxdigit(c); }));
    return (::inet_aton(host.c_str(), &parsed) != 0 || number) && !numeric(AF_INET, host);
}

bool host_name(const std::string& host) {
    auto labels = split(host, '.');
    if (labels.back().empty()) labels.pop_back();
    return !labels.empty() && host.size() <= 253 && !deceptive(host) &&
           std::all_of(labels.begin(), labels.end(), [](const std::string& label) {
               return !label.empty() && label.size() <= 63 && label.front() != '-' &&
                      consists_of(label, name_characters);
           });
}

/// As inet_ntop(3) writes it, or IPv4 that is mapped into it; with its zone. Empty if it is none.
std::string ipv6(const std::string& host) {
    const auto percent = std::min(host.find('%'), host.size());
    const auto zone = host.substr(percent);
    std::array<unsigned char, 16> bytes{};
    std::array<char, INET6_ADDRSTRLEN> shown{};
    if (!numeric(AF_INET6, host.substr(0, percent))) return {};
    ::inet_pton(AF_INET6, host.substr(0, percent).c_str(), bytes.data());
    ::inet_ntop(AF_INET6, bytes.data(), shown.data(), shown.size());
    const std::string text = shown.data();
    const bool mapped = text.starts_with("::ffff:") && text.find('.') != std::string::npos;
    if (zone.empty()) return mapped ? text.substr(7) : text;
    const bool legal = zone.size() >= 2 && zone.size() <= 16 &&
                       consists_of(zone.substr(1), std::string(name_characters) + '.');
    return legal && !mapped ? text + zone : "";
}

}  // namespace

std::optional<std::uint64_t> read_scaled(std::string_view text,
                                         const std::map<std::string_view, std::uint64_t>& units,
                                         std::uint64_t most) {
    std::size_t length = 0;
    wide number = 0;
    for (; length < text.size() && text[length] >= '0' && text[length] <= '9'; ++length) {
        number = number * 10 + static_cast<unsigned>(text[length] - '0');
        if (number > ~std::uint64_t{0}) return std::nullopt;
    }
    const auto unit = units.find(text.substr(length));
    const bool octal_look = length > 1 && text.front() == '0';
    if (length == 0 || octal_look || unit == units.end()) return std::nullopt;
    number *= unit->second;
    return number > most ? std::nullopt : std::optional(static_cast<std::uint64_t>(number));
}

std::optional<net::address> read_address(std::string_view text) {
    if (text.substr(0, 5) == "unix:") {
        net::address file{.is = net::address::kind::unix_path, .host = {}, .path = {}};
        file.path = text.substr(5);
        const std::size_t at = file.path.starts_with("@") ? 1 : 0;
        const bool legal = file.path.size() >= 1 + at && file.path.size() <= 107 + at &&
                           std::count(file.path.begin(), file.path.end(), '\0') == 0;
        return legal ? std::optional(file) : std::nullopt;
    }
    if (text.substr(0, 3) == "fd:") {
        const net::address handed{
            .is = net::address::kind::handed, .host = {}, .path = std::string(text.substr(3))};
        const bool legal = handed.path.size() >= 1 && handed.path.size() <= 255 &&
                           std::all_of(handed.path.begin(), handed.path.end(), [](char c) {
                               return std::isprint(static_cast<unsigned char>(c)) && c != ':';
                           });
        const auto number = read_scaled(handed.path, {{"", 1}}, 0xffff'ffff);
        const bool named = !consists_of(handed.path, digits);
        return legal && (named || number >= 3U) ? std::optional(handed) : std::nullopt;
    }
    const auto parts = split(text, ':');
    if (parts.size() < 2) return std::nullopt;
    const auto port = read_scaled(parts.back(), {{"", 1}}, 65535);
    if (!port) return std::nullopt;
    net::address tcp{.host = std::string(text.substr(0, text.size() - parts.back().size() - 1)),
                     .port = static_cast<std::uint16_t>(*port),
                     .path = {}};
    if (tcp.host.empty()) {
        tcp.is = net::address::kind::any;
    } else if (tcp.host.front() == '[' && tcp.host.back() == ']') {
        tcp.host = ipv6(tcp.host.size() < 2 ? "" : tcp.host.substr(1, tcp.host.size() - 2));
        if (tcp.host.empty()) return std::nullopt;
    } else if (!host_name(tcp.host)) {
        return std::nullopt;
    }
    return tcp;
}

std::optional<log::levels> read_levels(std::string_view text) {
    std::map<std::string, log::level> level_of;
    for (auto l = log::level::trace; l <= log::level::off;
         l = static_cast<log::level>(static_cast<int>(l) + 1)) {
        level_of.emplace(log::name(l), l);
    }
    std::map<std::string, log::level> chosen;  // by component; "" is the default
    for (const auto& item : split(text, ',')) {
        const auto equals = item.find('=');
        const bool own = equals != std::string::npos;
        const auto level = level_of.find(own ? item.substr(equals + 1) : item);
        if ((own && equals == 0) || level == level_of.end()) return std::nullopt;
        if (!chosen.emplace(own ? item.substr(0, equals) : "", level->second).second) {
            return std::nullopt;
        }
    }
    const auto fallback = chosen.count("") ? chosen.extract("").mapped() : log::level::info;
    log::levels result;
    for (std::size_t i = 0; i < log::component_count; ++i) {
        const auto own = chosen.extract(std::string(log::name(static_cast<log::component>(i))));
        result.of[i] = own.empty() ? fallback : own.mapped();
    }
    return chosen.empty() ? std::optional(result) : std::nullopt;  // else an unknown component
}

}  // namespace pulsar::fuzz
