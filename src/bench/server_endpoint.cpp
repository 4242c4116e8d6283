#include "pulsar/bench/server_endpoint.hpp"

#include "pulsar/net/endpoint.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
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

using boost::asio::ip::tcp;

constexpr std::uint64_t connections_per_source = 20'000;
constexpr std::uint64_t sources = 100;

std::vector<server_endpoint> look_up(const net::address& where) {
    if (where.is == net::address::kind::unix_path) {
        return {boost::asio::local::stream_protocol::endpoint(where.path)};
    }
    boost::asio::io_context context;
    tcp::resolver resolver(context);
    boost::system::error_code error;
    const bool local = where.is == net::address::kind::any;
    const auto found =
        resolver.resolve(local ? "127.0.0.1" : where.host, std::to_string(where.port), error);
    if (error) {
        throw std::runtime_error("cannot find " + net::to_string(where) + ": " + error.message());
    }
    std::vector<server_endpoint> endpoints;
    for (const auto& entry : found) {
        const server_endpoint next(entry.endpoint());
        if (std::ranges::find(endpoints, next) == endpoints.end()) endpoints.push_back(next);
    }
    return endpoints;
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

/// How a connection attempt that may take its time has ended.
int wait_for_connect(int descriptor, std::chrono::milliseconds limit) {
    pollfd waiting{descriptor, POLLOUT, 0};
    if (::poll(&waiting, 1, static_cast<int>(limit.count())) == 0) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

std::error_code try_connect(const server_endpoint& server, std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    for (;;) {
        try {
            const int descriptor = begin_connect(server, 0);
            const int error = wait_for_connect(descriptor, limit);
            ::close(descriptor);
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
    throw std::runtime_error("cannot connect to " + net::to_string(where) + ": " + why.message());
}

int begin_connect(const server_endpoint& server, std::uint64_t number) {
    const int family = server.protocol().family();
    const int descriptor = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) throw std::system_error(errno, std::generic_category());
    const int on = 1;
    if (family != AF_UNIX) ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (is_ipv4_loopback(server)) bind_source(descriptor, number);
    const auto size = static_cast<socklen_t>(server.size());
    if (::connect(descriptor, server.data(), size) != 0 && errno != EINPROGRESS) {
        const int error = errno;
        ::close(descriptor);
        throw std::system_error(error, std::generic_category());
    }
    return descriptor;
}

}  // namespace pulsar::bench
