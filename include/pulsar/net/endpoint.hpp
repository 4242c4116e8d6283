#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace pulsar::net {

/// A socket address of any family.
using endpoint = boost::asio::generic::stream_protocol::endpoint;

/// The addresses of a `host` as address::host has it, each once, in the resolver's order. Blocks
/// where it is a name. Throws std::system_error: the resolver's, or ENODEV for an unknown zone.
std::vector<boost::asio::ip::tcp::endpoint> resolve(const std::string& host, std::uint16_t port);

/// `path` as address::path has it.
endpoint unix_endpoint(const std::string& path);

/// As the log shows it: `127.0.0.1:80`, `[::1]:80`, `[fe80::1%eth0]:80`, `unix:PATH`, `unix:@NAME`.
/// An IPv4 address that is mapped into IPv6 is written plainly; a Unix socket without a name is
/// `unix:`.
std::string to_string(const endpoint& address);

/// That of a socket's own end; empty when it has none.
std::string local_address(int descriptor);

}  // namespace pulsar::net
