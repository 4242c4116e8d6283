#pragma once

#include "pulsar/net/unique_socket.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/address.hpp>

#include <optional>
#include <system_error>

namespace pulsar::bench {

/// A server's socket address, TCP or Unix.
using server_endpoint = boost::asio::generic::stream_protocol::endpoint;

/// A new socket, non-blocking, with TCP_NODELAY and with a connect(2) to `server` begun, from
/// `source` where there is one. Throws std::system_error; with `resource_unavailable_try_again` the
/// accept queue of a Unix socket is full.
net::unique_socket begin_connect(const server_endpoint& server,
                                 const std::optional<boost::asio::ip::address>& source);

/// Whether connections of this machine may have it as their source; else why bind(2) says no.
std::error_code check_source(const boost::asio::ip::address& source);

/// How a connect(2) that was begun has ended (SO_ERROR, socket(7)): an errno, 0 when the socket is
/// connected, EINPROGRESS while it is not. ECONNREFUSED for one that has met its own socket: where
/// nobody listens on a port that the kernel may pick for a client, TCP connects the socket to
/// itself (RFC 9293, 3.5: simultaneous open).
int connect_error(int descriptor) noexcept;

}  // namespace pulsar::bench
