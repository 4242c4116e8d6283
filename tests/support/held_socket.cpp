#include "support/held_socket.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>

namespace pulsar::test {
namespace {

void check(int result, const char* what) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

held_socket::held_socket(const std::string& path, int backlog)
    : socket_(::socket(path.empty() ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    check(socket_.get(), "socket");
    if (path.empty()) {
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof where;
        auto* const address = reinterpret_cast<sockaddr*>(&where);
        check(::bind(socket_.get(), address, size), "bind");
        check(::getsockname(socket_.get(), address, &size), "getsockname");
        address_ = "127.0.0.1:" + std::to_string(ntohs(where.sin_port));
    } else {
        sockaddr_un where{};
        where.sun_family = AF_UNIX;
        path.copy(where.sun_path, sizeof where.sun_path - 1);
        const auto* const address = reinterpret_cast<const sockaddr*>(&where);
        check(::bind(socket_.get(), address, sizeof where), "bind");
        address_ = "unix:" + path;
    }
    check(::listen(socket_.get(), backlog), "listen");
}

unique_fd held_socket::accept() const {
    pollfd queue{socket_.get(), POLLIN, 0};
    if (::poll(&queue, 1, 0) <= 0) return unique_fd();
    return unique_fd(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
}

}  // namespace pulsar::test
