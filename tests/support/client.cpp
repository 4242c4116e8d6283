#include "support/client.hpp"

#include "support/unix_address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace pulsar::test {
namespace {

[[noreturn]] void fail(int error, const std::string& what) {
    throw std::system_error(error, std::generic_category(), what);
}

struct endpoint {
    sockaddr_storage storage{};
    socklen_t size = sizeof(sockaddr_storage);

    sockaddr* address() { return reinterpret_cast<sockaddr*>(&storage); }
};

endpoint unix_endpoint(const std::string& path) {
    const unix_address target(path);
    endpoint result;
    result.size = target.size;
    std::memcpy(&result.storage, target.get(), target.size);
    return result;
}

endpoint resolve(const std::string& address) {
    if (address.starts_with("unix:")) return unix_endpoint(address.substr(5));
    const auto colon = address.rfind(':');
    if (colon == address.npos) throw std::invalid_argument("not an address: " + address);
    std::string host = address.substr(0, colon);
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), address.c_str() + colon + 1, &hints, &found) != 0) {
        throw std::invalid_argument("not an address: " + address);
    }
    endpoint result;
    result.size = found->ai_addrlen;
    std::memcpy(&result.storage, found->ai_addr, found->ai_addrlen);
    ::freeaddrinfo(found);
    return result;
}

}  // namespace

client::client(const std::string& address, int receive_buffer, const std::string& from) {
    endpoint target = resolve(address);
    socket_ = unique_fd(::socket(target.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (socket_.get() < 0) fail(errno, "socket");
    if (receive_buffer > 0) {
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    // On a Unix socket it fails, which is of no account.
    const int on = 1;
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!from.empty()) {
        endpoint own = resolve(from);
        if (::bind(socket_.get(), own.address(), own.size) != 0) fail(errno, "bind " + from);
    }
    if (::connect(socket_.get(), target.address(), target.size) != 0) {
        fail(errno, "connect " + address);
    }
}

void client::send_all(std::string_view bytes, deadline limit) {
    while (!bytes.empty()) {
        wait_for(POLLOUT, limit);
        bytes.remove_prefix(send_some(bytes));
    }
}

std::size_t client::send_some(std::string_view bytes) {
    const auto sent =
        ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (errno == EAGAIN || errno == EINTR) return 0;
    fail(errno, "send");
}

std::string client::flood(std::string_view unit) {
    const auto quiet = std::chrono::milliseconds(300);
    std::string sent;
    for (;;) {
        for (auto rest = unit; !rest.empty();) {
            pollfd socket{socket_.get(), POLLOUT, 0};
            if (::poll(&socket, 1, deadline(quiet).poll_timeout()) == 0) return sent;
            // Not met by send(2), which would take the error from who receives next.
            if (socket.revents & POLLERR) return sent;
            const auto taken = send_some(rest);
            sent += rest.substr(0, taken);
            rest.remove_prefix(taken);
        }
    }
}

std::string client::receive_some(deadline limit, std::size_t most) {
    wait_for(POLLIN, limit);
    std::array<char, 65536> chunk;
    const auto size = ::recv(socket_.get(), chunk.data(), std::min(chunk.size(), most), 0);
    if (size < 0) fail(errno, "recv");
    return {chunk.data(), static_cast<std::size_t>(size)};
}

std::string client::receive_exactly(std::size_t count, deadline limit) {
    std::string bytes(count, '\0');
    for (std::size_t have = 0; have < count;) {
        wait_for(POLLIN, limit);
        const auto size = ::recv(socket_.get(), bytes.data() + have, count - have, 0);
        if (size < 0) fail(errno, "recv");
        if (size == 0) {
            throw std::runtime_error("end-of-stream after " + std::to_string(have) + " of " +
                                     std::to_string(count) + " bytes");
        }
        have += static_cast<std::size_t>(size);
    }
    return bytes;
}

std::string client::receive_until_eof(deadline limit) {
    std::string bytes;
    for (auto chunk = receive_some(limit); !chunk.empty(); chunk = receive_some(limit)) {
        bytes += chunk;
    }
    return bytes;
}

client::last_words client::receive_until_closed(deadline limit) {
    last_words result;
    try {
        for (auto chunk = receive_some(limit); !chunk.empty(); chunk = receive_some(limit)) {
            result.bytes += chunk;
        }
    } catch (const std::system_error& ended) {
        if (ended.code() == std::errc::timed_out) throw;
        result.error = ended.code();
    }
    return result;
}

void client::shutdown_send() {
    if (::shutdown(socket_.get(), SHUT_WR) != 0) fail(errno, "shutdown");
}

void client::reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_.close();
}

std::size_t client::unacknowledged() const {
    int bytes = 0;
    if (::ioctl(socket_.get(), SIOCOUTQ, &bytes) != 0) fail(errno, "SIOCOUTQ");
    return static_cast<std::size_t>(bytes);
}

std::string client::local_address() const {
    endpoint own;
    if (::getsockname(socket_.get(), own.address(), &own.size) != 0) fail(errno, "getsockname");
    if (own.storage.ss_family == AF_UNIX) return "unix:";
    std::array<char, NI_MAXHOST> host{};
    std::array<char, NI_MAXSERV> port{};
    ::getnameinfo(own.address(), own.size, host.data(), host.size(), port.data(), port.size(),
                  NI_NUMERICHOST | NI_NUMERICSERV);
    const std::string name = host.data();
    return (own.storage.ss_family == AF_INET6 ? "[" + name + "]:" : name + ":") + port.data();
}

bool accepts(const std::string& address) {
    try {
        client probe(address);
        return true;
    } catch (const std::system_error&) {
        return false;
    }
}

void client::wait_for(short events, const deadline& limit) const {
    pollfd socket{socket_.get(), events, 0};
    int ready = -1;
    while ((ready = ::poll(&socket, 1, limit.poll_timeout())) < 0 && errno == EINTR) {
    }
    if (ready < 0) fail(errno, "poll");
    if (ready == 0) fail(ETIMEDOUT, events == POLLIN ? "receive" : "send");
}

}  // namespace pulsar::test
