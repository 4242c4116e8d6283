#include "pulsar/bench/server_endpoint.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace pulsar::bench {

namespace ip = boost::asio::ip;

namespace {

net::unique_socket make_socket(int family) {
    const int descriptor = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) throw std::system_error(errno, std::generic_category());
    return {descriptor, family};
}

/// The port is picked by connect(2), which needs it to be free for that server only: else an
/// address has 28,000 whatever the servers (IP_BIND_ADDRESS_NO_PORT, ip(7)).
void bind_source(int descriptor, const ip::address& source) {
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    const ip::tcp::endpoint from(source, 0);
    if (::bind(descriptor, from.data(), static_cast<socklen_t>(from.size())) != 0) {
        throw std::system_error(errno, std::generic_category());
    }
}

}  // namespace

net::unique_socket begin_connect(const server_endpoint& server,
                                 const std::optional<ip::address>& source) {
    const int family = server.protocol().family();
    auto socket = make_socket(family);
    const int descriptor = socket.descriptor();
    const int on = 1;
    if (family != AF_UNIX) ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (source) bind_source(descriptor, *source);
    const auto size = static_cast<socklen_t>(server.size());
    if (::connect(descriptor, server.data(), size) != 0 && errno != EINPROGRESS) {
        throw std::system_error(errno, std::generic_category());
    }
    return socket;
}

std::error_code check_source(const ip::address& source) {
    try {
        const auto socket = make_socket(source.is_v4() ? AF_INET : AF_INET6);
        bind_source(socket.descriptor(), source);
        return {};
    } catch (const std::system_error& error) {
        return error.code();
    }
}

int connect_error(int descriptor) noexcept {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return error;
    sockaddr_storage own{};
    sockaddr_storage peer{};
    size = sizeof peer;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) {
        return errno == ENOTCONN ? EINPROGRESS : 0;
    }
    if (peer.ss_family == AF_UNIX) return 0;
    size = sizeof own;
    ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&own), &size);
    return std::memcmp(&own, &peer, sizeof own) == 0 ? ECONNREFUSED : 0;
}

}  // namespace pulsar::bench
