#include "pulsar/net/listening_socket.hpp"

#include "pulsar/net/endpoint.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>

#include <algorithm>
#include <cerrno>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <system_error>

namespace pulsar::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// The most that TCP_KEEPIDLE and TCP_KEEPINTVL take (MAX_TCP_KEEPIDLE in the kernel): 9 hours.
constexpr std::chrono::seconds longest_keepalive{32'767};
constexpr int keepalive_probes = 3;

[[noreturn]] void throw_errno() {
    throw std::system_error(errno, std::generic_category());
}

void check(int result) {
    if (result < 0) throw_errno();
}

void set_option(int descriptor, int level, int name, int value) {
    check(::setsockopt(descriptor, level, name, &value, sizeof value));
}

listening_socket open(const control_strand& control, int family) {
    const int descriptor = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    check(descriptor);
    return {listening_socket::descriptor_type(control, descriptor), family, {}, std::nullopt};
}

void start_listening(listening_socket& socket, int backlog) {
    const int descriptor = socket.descriptor.native_handle();
    check(::listen(descriptor, backlog));
    sockaddr_storage local{};
    socklen_t size = sizeof local;
    check(::getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &size));
    socket.name = to_string(&local, size);
}

/// Accepted sockets inherit these options on Linux, so each is set once and not per connection.
void set_inherited_options(int descriptor, const listener_options& options) {
    set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    const auto quiet = std::min(longest_keepalive,
                                std::chrono::floor<std::chrono::seconds>(options.tcp_keepalive));
    if (quiet.count() == 0) return;
    const auto seconds = static_cast<int>(quiet.count());
    set_option(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, seconds);
    set_option(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, std::max(1, seconds / 3));
    set_option(descriptor, IPPROTO_TCP, TCP_KEEPCNT, keepalive_probes);
}

listening_socket listen_tcp(const control_strand& control, const tcp::endpoint& where,
                            bool dual_stack, const listener_options& options) {
    auto socket = open(control, where.protocol().family());
    const int descriptor = socket.descriptor.native_handle();
    set_option(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);  // a restart need not wait for TIME_WAIT
    if (socket.family == AF_INET6) set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, !dual_stack);
    set_inherited_options(descriptor, options);
    check(::bind(descriptor, where.data(), static_cast<socklen_t>(where.size())));
    start_listening(socket, options.backlog);
    return socket;
}

listening_socket listen_any(const control_strand& control, std::uint16_t port,
                            const listener_options& options) {
    try {
        return listen_tcp(control, {tcp::v6(), port}, true, options);
    } catch (const std::system_error& error) {
        if (error.code() != std::errc::address_family_not_supported) throw;
        return listen_tcp(control, {tcp::v4(), port}, false, options);
    }
}

listening_socket listen_unix(const control_strand& control, const std::string& path,
                             const listener_options& options) {
    auto socket = open(control, AF_UNIX);
    socket.file.emplace(socket.descriptor.native_handle(), path);
    start_listening(socket, options.backlog);
    return socket;
}

/// Listens on every address that `where.host` has, like nginx. An address that this machine does
/// not have (IPv6 switched off, with `localhost` as ::1 and 127.0.0.1) counts only if it is the
/// last.
std::vector<listening_socket> listen_host(const control_strand& control, const address& where,
                                          const listener_options& options) {
    tcp::resolver resolver(control);
    boost::system::error_code not_found;
    const auto found = resolver.resolve(where.host, std::to_string(where.port),
                                        tcp::resolver::numeric_service, not_found);
    if (not_found) throw std::system_error(not_found);
    std::vector<tcp::endpoint> endpoints;
    for (const auto& entry : found) {
        if (std::find(endpoints.begin(), endpoints.end(), entry.endpoint()) == endpoints.end()) {
            endpoints.push_back(entry.endpoint());
        }
    }
    std::vector<listening_socket> sockets;
    for (const auto& endpoint : endpoints) {
        try {
            sockets.push_back(listen_tcp(control, endpoint, false, options));
        } catch (const std::system_error& error) {
            const bool missing = error.code() == std::errc::address_not_available ||
                                 error.code() == std::errc::address_family_not_supported;
            if (!missing || (endpoint == endpoints.back() && sockets.empty())) throw;
        }
    }
    return sockets;
}

}  // namespace

std::vector<listening_socket> listen_on(const control_strand& control, const address& where,
                                        const listener_options& options) {
    try {
        if (where.is == address::kind::tcp) return listen_host(control, where, options);
        std::vector<listening_socket> one;
        one.push_back(where.is == address::kind::any ? listen_any(control, where.port, options)
                                                     : listen_unix(control, where.path, options));
        return one;
    } catch (const std::system_error& error) {
        throw listen_error("cannot listen on " + to_string(where) + ": " + error.code().message());
    }
}

}  // namespace pulsar::net
