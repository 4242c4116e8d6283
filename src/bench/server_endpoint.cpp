#include "pulsar/bench/server_endpoint.hpp"

#include "pulsar/cli/text.hpp"
#include "pulsar/net/endpoint.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

namespace pulsar::bench {

namespace {

constexpr std::uint64_t connections_per_source = 20'000;
constexpr std::uint64_t sources = 100;

std::vector<server_endpoint> look_up(const net::address& where) {
    if (where.is == net::address::kind::unix_path) return {net::unix_endpoint(where.path)};
    const bool local = where.is == net::address::kind::any;
    try {
        const auto found = net::resolve(local ? "127.0.0.1" : where.host, where.port);
        return std::vector<server_endpoint>(found.begin(), found.end());
    } catch (const std::system_error& error) {
        throw std::runtime_error("cannot find " + cli::escaped(net::to_string(where)) + ": " +
                                 error.what());
    }
}

bool is_ipv4_loopback(const server_endpoint& server) {
    if (server.protocol().family() != AF_INET) return false;
    const auto* const address = reinterpret_cast<const sockaddr_in*>(server.data());
    return ntohl(address->sin_addr.s_addr) >> 24 == 127;
}

void bind_source(int descriptor, std::uint64_t number) {
    const auto source = number / connections_per_source % sources;
    if (source == 0) return;
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + static_cast<std::uint32_t>(source));
    // Where it fails, connect(2) picks an address itself, and tells when it has no port left.
    static_cast<void>(::bind(descriptor, reinterpret_cast<const sockaddr*>(&from), sizeof from));
}

int wait_for_connect(int descriptor, std::chrono::milliseconds limit) {
    pollfd waiting{descriptor, POLLOUT, 0};
    const bool late = ::poll(&waiting, 1, static_cast<int>(limit.count())) == 0;
    return late ? ETIMEDOUT : connect_error(descriptor);
}

std::error_code try_connect(const server_endpoint& server, std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    for (;;) {
        try {
            auto socket = begin_connect(server, 0);
            const int error = wait_for_connect(socket.descriptor(), limit);
            if (error == 0) ::close(socket.release());  // in order
            return {error, std::generic_category()};
        } catch (const std::system_error& error) {
            const bool full = error.code() == std::errc::resource_unavailable_try_again;
            if (!full || std::chrono::steady_clock::now() >= until) return error.code();
            std::this_thread::sleep_for(full_queue_pause);
        }
    }
}

}  // namespace

server_endpoint find_server(const net::address& where, bool probe,
                            std::chrono::milliseconds limit) {
    const auto endpoints = look_up(where);
    if (endpoints.size() == 1 && !probe) return endpoints.front();
    std::error_code why;
    for (const auto& endpoint : endpoints) {
        why = try_connect(endpoint, limit);
        if (!why) return endpoint;
    }
    throw std::runtime_error("cannot connect to " + cli::escaped(net::to_string(where)) + ": " +
                             why.message());
}

net::unique_socket begin_connect(const server_endpoint& server, std::uint64_t number) {
    const int family = server.protocol().family();
    const int descriptor = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) throw std::system_error(errno, std::generic_category());
    net::unique_socket socket(descriptor, family);
    const int on = 1;
    if (family != AF_UNIX) ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (is_ipv4_loopback(server)) bind_source(descriptor, number);
    const auto size = static_cast<socklen_t>(server.size());
    if (::connect(descriptor, server.data(), size) != 0 && errno != EINPROGRESS) {
        throw std::system_error(errno, std::generic_category());
    }
    return socket;
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
