#include "pulsar/net/network.hpp"

#include "pulsar/net/mapped_address.hpp"
#include "pulsar/system/whole_number.hpp"

#include <algorithm>
#include <array>
#include <netinet/in.h>

namespace pulsar::net {

namespace ip = boost::asio::ip;

namespace {

constexpr std::string_view unix_sockets = "unix";
constexpr unsigned bits_before_mapped = 96;

struct address_bytes {
    explicit address_bytes(const ip::address& address) noexcept {
        if (address.is_v4()) {
            std::ranges::copy(address.to_v4().to_bytes(), bytes.begin());
        } else {
            std::ranges::copy(address.to_v6().to_bytes(), bytes.begin());
        }
    }
    bool bit(unsigned i) const noexcept { return (bytes.at(i / 8) >> (7 - i % 8) & 1) != 0; }

    std::array<unsigned char, 16> bytes{};
};

unsigned bits_of(const ip::address& address) noexcept {
    return address.is_v4() ? 32 : 128;
}

}  // namespace

std::optional<network> parse_network(std::string_view text) {
    if (text == unix_sockets) return network{};
    // The calls of C would stop at a null byte; a network has no zone.
    if (text.find_first_of(std::string_view("\0%", 2)) != std::string_view::npos) {
        return std::nullopt;
    }
    const auto slash = std::min(text.find('/'), text.size());
    boost::system::error_code bad;
    const auto first = ip::make_address(std::string(text.substr(0, slash)), bad);
    if (bad) return std::nullopt;
    auto prefix = bits_of(first);
    if (slash < text.size()) {
        const auto stated = system::whole_number<unsigned>(text.substr(slash + 1));
        if (!stated || *stated > prefix) return std::nullopt;
        prefix = *stated;
    }
    const address_bytes bytes(first);
    for (auto i = prefix; i < bits_of(first); ++i)
        if (bytes.bit(i)) return std::nullopt;
    const auto plain = without_mapping(first);
    if (plain != first) prefix -= bits_before_mapped;  // at least so many, or a host bit is set
    return network{plain, prefix};
}

std::string to_string(const network& value) {
    if (!value.first) return std::string(unix_sockets);
    auto text = value.first->to_string();
    if (value.prefix < bits_of(*value.first)) text += '/' + std::to_string(value.prefix);
    return text;
}

bool contains(const network& whole, const ip::address& address) noexcept {
    const auto plain = without_mapping(address);
    if (!whole.first || whole.first->is_v4() != plain.is_v4()) return false;
    const address_bytes one(*whole.first);
    const address_bytes other(plain);
    unsigned same = 0;
    while (same < whole.prefix && one.bit(same) == other.bit(same))
        ++same;
    return same == whole.prefix;
}

bool comes_from(const std::vector<network>& networks, std::string_view peer) noexcept {
    if (networks.empty()) return false;
    if (peer.starts_with("unix:")) return std::ranges::find(networks, network{}) != networks.end();
    auto host = peer.substr(0, peer.rfind(':'));
    if (host.starts_with('[')) host = host.substr(1, host.find_first_of("%]") - 1);
    std::array<char, INET6_ADDRSTRLEN> text{};  // to make a string could throw
    host.copy(text.data(), text.size() - 1);
    boost::system::error_code bad;
    const auto address = ip::make_address(text.data(), bad);
    return !bad && std::ranges::any_of(networks,
                                       [&](const network& one) { return contains(one, address); });
}

}  // namespace pulsar::net
