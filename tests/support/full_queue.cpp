#include "support/full_queue.hpp"

#include "support/check_call.hpp"

#include <sys/socket.h>

namespace pulsar::test {

namespace {

unique_fd tcp_socket(int flags = 0) {
    return unique_fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
}

}  // namespace

taken_port::taken_port() : socket_(tcp_socket()) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    auto* const at = reinterpret_cast<sockaddr*>(&address_);
    check_call(::bind(socket_.get(), at, size), "bind");
    check_call(::getsockname(socket_.get(), at, &size), "getsockname");
}

std::string taken_port::address() const {
    return "127.0.0.1:" + std::to_string(ntohs(address_.sin_port));
}

short_queue::short_queue() {
    check_call(::listen(socket_.get(), 0), "listen");
}

void short_queue::fill() {
    for (int i = 0; i < 4; ++i) {
        waiting_.push_back(tcp_socket(SOCK_NONBLOCK));
        ::connect(waiting_.back().get(), bound(), sizeof(sockaddr_in));
    }
}

}  // namespace pulsar::test
