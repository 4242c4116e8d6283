#include "support/held_socket.hpp"

#include "support/check_call.hpp"
#include "support/unix_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace pulsar::test {

held_socket::held_socket(const std::string& path, int backlog)
    : socket_(::socket(path.empty() ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    check_call(socket_.get(), "socket");
    if (path.empty()) {
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof where;
        auto* const address = reinterpret_cast<sockaddr*>(&where);
        check_call(::bind(socket_.get(), address, size), "bind");
        check_call(::getsockname(socket_.get(), address, &size), "getsockname");
        address_ = "127.0.0.1:" + std::to_string(ntohs(where.sin_port));
    } else {
        const unix_address where(path);
        check_call(::bind(socket_.get(), where.get(), where.size), "bind");
        address_ = "unix:" + path;
    }
    check_call(::listen(socket_.get(), backlog), "listen");
}

unique_fd held_socket::accept() const {
    pollfd queue{socket_.get(), POLLIN, 0};
    if (::poll(&queue, 1, 0) <= 0) return unique_fd();
    return unique_fd(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
}

}  // namespace pulsar::test
