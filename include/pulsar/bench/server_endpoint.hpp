#pragma once

#include "pulsar/net/address.hpp"
#include "pulsar/net/unique_socket.hpp"

#include <boost/asio/generic/stream_protocol.hpp>

#include <chrono>
#include <cstdint>

namespace pulsar::bench {

/// How long to leave a full accept queue alone before the next connect(2).
inline constexpr std::chrono::milliseconds full_queue_pause{1};

/// The server's socket address, TCP or Unix.
using server_endpoint = boost::asio::generic::stream_protocol::endpoint;

/// Looks the address up; `:PORT` is this machine. Where a name has several addresses, the one that
/// accepts a connection first in their order is taken, as curl does; with `probe`, a single address
/// has to accept one as well. Blocks, at most for `limit` per address. Throws std::runtime_error
/// with one line that names the address and the reason.
server_endpoint find_server(const net::address& where, bool probe, std::chrono::milliseconds limit);

/// A new socket, non-blocking, with TCP_NODELAY and with a connect(2) to `server` begun. `number`
/// spreads the connections to 127.0.0.0/8 over a hundred source addresses, 127.0.0.1 first: each
/// has 28,000 ports (ip_local_port_range, ip(7)). Throws std::system_error; with
/// `resource_unavailable_try_again` the accept queue of a Unix socket is full.
net::unique_socket begin_connect(const server_endpoint& server, std::uint64_t number);

/// How a connect(2) that was begun has ended (SO_ERROR, socket(7)): an errno, 0 when the socket is
/// connected, EINPROGRESS while it is not. ECONNREFUSED for one that has met its own socket: where
/// nobody listens on a port that the kernel may pick for a client, TCP connects the socket to
/// itself (RFC 9293, 3.5: simultaneous open).
int connect_error(int descriptor) noexcept;

}  // namespace pulsar::bench
