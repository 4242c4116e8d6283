#pragma once

#include "pulsar/net/address.hpp"
#include "pulsar/net/control_strand.hpp"
#include "pulsar/net/options.hpp"
#include "pulsar/net/unix_socket_file.hpp"

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace pulsar::net {

/// Why an address cannot be listened on: one line with the address and the system's reason.
class listen_error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// A socket that listens. Removes its Unix socket file, and closes itself.
struct listening_socket {
    // As a plain descriptor: Asio's acceptors cannot be generic in the protocol, and cannot accept
    // with SOCK_NONBLOCK and SOCK_CLOEXEC in one system call.
    using descriptor_type = boost::asio::posix::basic_stream_descriptor<control_strand>;

    descriptor_type descriptor;
    int family;        ///< AF_INET, AF_INET6 or AF_UNIX
    std::string name;  ///< the address as the log shows it, with the real port
    bool handed;       ///< the service manager has it too, and goes on listening
    std::unique_ptr<unix_socket_file> file;  ///< last, since it goes before the descriptor
};

/// Throws listen_error unless each of `handed` is meant by exactly one of `addresses`.
void expect_named_once(const std::vector<system::handed_socket>& handed,
                       const std::vector<address>& addresses);

/// Listens on `where`: on each of its addresses, if it is a name. Takes over the sockets of
/// `options.handed` that it means. Throws listen_error.
std::vector<listening_socket> listen_on(const control_strand& control, const address& where,
                                        const listener_options& options);

/// Sets the options that a TCP connection is to have on a listening socket, from which connections
/// inherit them on Linux, or on a connection. Throws std::system_error.
void set_connection_options(int descriptor, const listener_options& options);

}  // namespace pulsar::net
