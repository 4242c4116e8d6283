#include "support/notify_socket.hpp"

#include "support/check_call.hpp"
#include "support/unix_address.hpp"

#include <array>
#include <cerrno>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>

namespace pulsar::test {

notify_socket::notify_socket(const std::string& name)
    : address_(name.empty() ? dir_ / "notify" : "@" + name),
      socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    const unix_address own(address_);
    check_call(::bind(socket_.get(), own.get(), own.size), "bind " + address_);
}

std::string notify_socket::receive(deadline limit) {
    pollfd queue{socket_.get(), POLLIN, 0};
    while (::poll(&queue, 1, limit.poll_timeout()) < 0 && errno == EINTR) {
    }
    auto next = poll();
    if (!next) throw std::runtime_error("the daemon did not tell anything more");
    return *next;
}

std::string notify_socket::wait_for(const std::string& words, std::vector<std::string>* seen,
                                    deadline limit) {
    for (;;) {
        auto next = receive(limit);
        if (next.starts_with(words)) return next;
        if (seen != nullptr) seen->push_back(std::move(next));
    }
}

std::optional<std::string> notify_socket::poll() {
    std::array<char, 4096> text{};
    const auto size = ::recv(socket_.get(), text.data(), text.size(), MSG_DONTWAIT);
    if (size < 0) return std::nullopt;
    return std::string(text.data(), static_cast<std::size_t>(size));
}

void notify_socket::fill() {
    const unix_address own(address_);
    // Our own send buffer may be full before the queue is, so each has one of its own.
    for (;;) {
        const unique_fd sender(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        if (::sendto(sender.get(), filler.data(), filler.size(), MSG_DONTWAIT, own.get(),
                     own.size) < 0)
            return;
    }
}

}  // namespace pulsar::test
