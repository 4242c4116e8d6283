#pragma once

#include <boost/asio/ip/address.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::net {

/// Where connections come from: the IP addresses that begin with the same bits, or all Unix
/// sockets.
struct network {
    std::optional<boost::asio::ip::address> first{};  ///< none: Unix sockets
    unsigned prefix = 0;                              ///< bits that all addresses have of it

    bool operator==(const network&) const = default;
};

/// What parse_network() accepts, in the words of an error message.
inline constexpr std::string_view network_syntax =
    "a network such as 10.0.0.0/8 or fd00::/8 with all host bits 0, an address, or unix";

/// Reads the text of `--proxy-from`. A plain address is a network of one. One that IPv4 addresses
/// are mapped into is that IPv4 network. Nothing if it is none, a host bit is set, or the prefix is
/// longer than the address.
std::optional<network> parse_network(std::string_view text);

/// The text that parse_network() reads back to the same network.
std::string to_string(const network& value);

/// IPv4 addresses are in no IPv6 network, mapped ones neither.
bool contains(const network& whole, const boost::asio::ip::address& address) noexcept;

/// Whether `peer`, as to_string() of an endpoint has it, is in one of them.
bool comes_from(const std::vector<network>& networks, std::string_view peer) noexcept;

}  // namespace pulsar::net
