#include "pulsar/net/listening_socket.hpp"

#include "pulsar/log/escape.hpp"
#include "pulsar/log/log.hpp"
#include "pulsar/net/endpoint.hpp"

#include <algorithm>
#include <cerrno>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <system_error>
#include <utility>

namespace pulsar::net {

using boost::asio::ip::tcp;

namespace {

// The most that TCP_KEEPIDLE and TCP_KEEPINTVL take (MAX_TCP_KEEPIDLE in the kernel): 9 hours.
constexpr std::chrono::seconds longest_keepalive{32'767};
constexpr int keepalive_probes = 3;
constexpr std::size_t most_attempts = 16;  // for a port that is free on each address of a host

void check(int result) {
    if (result < 0) throw std::system_error(errno, std::generic_category());
}

void set_option(int descriptor, int level, int name, int value) {
    check(::setsockopt(descriptor, level, name, &value, sizeof value));
}

listening_socket open(const control_strand& control, int family) {
    const int descriptor = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    check(descriptor);
    return {listening_socket::descriptor_type(control, descriptor), family, {}, false, nullptr};
}

void bind_to(int descriptor, const endpoint& where) {
    check(::bind(descriptor, where.data(), static_cast<socklen_t>(where.size())));
}

void start_listening(listening_socket& socket, int backlog) {
    const int descriptor = socket.descriptor.native_handle();
    check(::listen(descriptor, backlog));
    socket.name = local_address(descriptor);
}

listening_socket listen_tcp(const control_strand& control, const tcp::endpoint& where,
                            bool dual_stack, const listener_options& options) {
    auto socket = open(control, where.protocol().family());
    const int descriptor = socket.descriptor.native_handle();
    set_option(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);  // a restart need not wait for TIME_WAIT
    if (socket.family == AF_INET6) set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, !dual_stack);
    set_connection_options(descriptor, options);
    bind_to(descriptor, where);
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
    const int descriptor = socket.descriptor.native_handle();
    system::unique_fd lock;  // until it listens
    if (path.starts_with('@')) {
        bind_to(descriptor, unix_endpoint(path));
    } else {
        lock = lock_directory_of(path);
        socket.file = std::make_unique<unix_socket_file>(descriptor, path);
        // The file may have been more open until now, but nobody can connect before listen(2).
        if (options.unix_mode) check(::chmod(path.c_str(), *options.unix_mode));
    }
    start_listening(socket, options.backlog);
    return socket;
}

int option_of(int descriptor, int name) {
    int value = 0;
    socklen_t size = sizeof value;
    check(::getsockopt(descriptor, SOL_SOCKET, name, &value, &size));
    return value;
}

bool is_meant_by(const system::handed_socket& handed, const address& where) {
    if (where.is != address::kind::handed) return false;
    const bool number = where.path.find_first_not_of("0123456789") == std::string::npos;
    return where.path == (number ? std::to_string(handed.descriptor) : handed.name);
}

/// As the service manager has bound it, whose own copy goes on listening when this one is closed.
listening_socket take_over(const control_strand& control, const system::handed_socket& handed,
                           const listener_options& options) {
    const int descriptor = handed.descriptor;
    const int family = option_of(descriptor, SO_DOMAIN);
    const bool known = family == AF_INET || family == AF_INET6 || family == AF_UNIX;
    if (!known || option_of(descriptor, SO_TYPE) != SOCK_STREAM ||
        option_of(descriptor, SO_ACCEPTCONN) == 0) {
        throw std::runtime_error("descriptor " + std::to_string(descriptor) +
                                 " is no listening stream socket");
    }
    listening_socket socket{
        listening_socket::descriptor_type(control, descriptor), family, {}, true, nullptr};
    socket.descriptor.non_blocking(true);
    if (family != AF_UNIX) set_connection_options(descriptor, options);
    if (options.backlog_given) check(::listen(descriptor, options.backlog));
    socket.name = local_address(descriptor);
    return socket;
}

std::vector<listening_socket> take_over_all(const control_strand& control, const address& where,
                                            const listener_options& options) {
    std::vector<listening_socket> sockets;
    for (const auto& handed : options.handed)
        if (is_meant_by(handed, where)) sockets.push_back(take_over(control, handed, options));
    if (sockets.empty()) throw std::runtime_error("no such socket was handed over");
    return sockets;
}

/// What came of the addresses of a name.
struct attempt {
    std::vector<listening_socket> sockets;
    std::vector<std::pair<std::string, std::error_code>> failures;  ///< address and reason

    bool port_was_taken() const {
        return !sockets.empty() && std::ranges::any_of(failures, [](const auto& failure) {
            return failure.second == std::errc::address_in_use;
        });
    }
};

std::uint16_t port_of(int descriptor) {
    tcp::endpoint bound;
    auto size = static_cast<socklen_t>(bound.capacity());
    check(::getsockname(descriptor, bound.data(), &size));
    return bound.port();
}

/// With port 0 all get the one that the kernel picks for the first.
attempt listen_on_each(const control_strand& control, std::vector<tcp::endpoint> endpoints,
                       const listener_options& options) {
    attempt made;
    for (auto& endpoint : endpoints) {
        if (!made.sockets.empty()) {
            endpoint.port(port_of(made.sockets.front().descriptor.native_handle()));
        }
        try {
            made.sockets.push_back(listen_tcp(control, endpoint, false, options));
        } catch (const std::system_error& error) {
            if (endpoints.size() == 1) throw;
            made.failures.emplace_back(to_string(endpoint), error.code());
        }
    }
    return made;
}

/// Listens on every address that `where.host` has, like nginx. Those that cannot be bound (IPv6
/// switched off, with `localhost` as ::1 and 127.0.0.1) are an error only if all of them are.
std::vector<listening_socket> listen_host(const control_strand& control, const address& where,
                                          const listener_options& options) {
    const auto endpoints = resolve(where.host, where.port);
    // One that failed holds its port meanwhile, so that the kernel picks another for the next.
    std::vector<attempt> attempts;
    do {
        attempts.push_back(listen_on_each(control, endpoints, options));
    } while (where.port == 0 && attempts.back().port_was_taken() &&
             attempts.size() < most_attempts);
    auto& [sockets, failures] = attempts.back();
    std::string reasons;
    for (const auto& [address, error] : failures) {
        const auto reason = log::describe(error.value());
        if (sockets.empty()) {
            reasons.append(reasons.empty() ? "" : ", ").append(address).append(": ").append(reason);
        } else {
            log::write(log::component::listener, log::level::warn, "not bound",
                       {{"address", address}, {"error", reason}});
        }
    }
    if (sockets.empty()) throw std::runtime_error(reasons);
    return std::move(sockets);
}

}  // namespace

void set_connection_options(int descriptor, const listener_options& options) {
    set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(descriptor, SOL_SOCKET, SO_OOBINLINE, 1);  // urgent data is a part of its frame
    const auto quiet = std::chrono::floor<std::chrono::seconds>(options.tcp_keepalive);
    const auto seconds = static_cast<int>(std::min(longest_keepalive, quiet).count());
    set_option(descriptor, SOL_SOCKET, SO_KEEPALIVE, seconds > 0);
    if (seconds == 0) return;
    set_option(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, seconds);
    set_option(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, std::max(1, seconds / 3));
    set_option(descriptor, IPPROTO_TCP, TCP_KEEPCNT, keepalive_probes);
}

void expect_named_once(const std::vector<system::handed_socket>& handed,
                       const std::vector<address>& addresses) {
    for (const auto& socket : handed) {
        const auto names = std::ranges::count_if(
            addresses, [&](const address& where) { return is_meant_by(socket, where); });
        if (names == 1) continue;
        std::string text = "a socket was handed over that ";
        text += names == 0 ? "no" : "more than one";
        text += " --listen or --admin names: expected one with fd:";
        const auto number = std::to_string(socket.descriptor);
        text += number;
        const auto by_name = parse_address("fd:" + socket.name);  // which takes not all names
        if (by_name && is_meant_by(socket, *by_name) && socket.name != number)
            text += " or " + to_string(*by_name);
        throw listen_error(text);
    }
}

std::vector<listening_socket> listen_on(const control_strand& control, const address& where,
                                        const listener_options& options) {
    try {
        if (where.is == address::kind::tcp) return listen_host(control, where, options);
        if (where.is == address::kind::handed) return take_over_all(control, where, options);
        std::vector<listening_socket> one;
        one.push_back(where.is == address::kind::any ? listen_any(control, where.port, options)
                                                     : listen_unix(control, where.path, options));
        return one;
    } catch (const std::runtime_error& error) {
        std::string text = "cannot listen on ";
        log::append_text(text, to_string(where));
        throw listen_error(text + ": " + error.what());
    }
}

}  // namespace pulsar::net
