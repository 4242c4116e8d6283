#include "pulsar/net/listener.hpp"

#include "pulsar/log/limited.hpp"
#include "pulsar/net/endpoint.hpp"
#include "pulsar/net/reset_socket.hpp"
#include "pulsar/net/wait.hpp"

#include <algorithm>
#include <cerrno>
#include <new>
#include <string_view>
#include <sys/socket.h>

namespace pulsar::net {

using namespace std::chrono_literals;
using log::component;
using log::level;
using tally = log::limited::tally;

namespace {

constexpr int accepts_per_turn = 64;
constexpr std::chrono::milliseconds shortest_back_off = 100ms;
constexpr std::chrono::milliseconds longest_back_off = 1s;

log::limited refused(component::listener, level::warn, "refused", 1s, tally::count);
log::limited accept_failed(component::listener, level::warn, "accept failed", 10s, tally::count);

bool is_shortage(int error) noexcept {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

/// Errors that accept(2) passes on from the network, or that are about one client.
bool is_transient(int error) noexcept {
    switch (error) {
        case EINTR:
        case ECONNABORTED:
        case EPERM:
        case EPROTO:
        case ENOPROTOOPT:
        case EOPNOTSUPP:
        case ENETDOWN:
        case ENETUNREACH:
        case EHOSTDOWN:
        case EHOSTUNREACH:
        case ENONET:
        case ETIMEDOUT:
            return true;
        default:
            return false;
    }
}

}  // namespace

listener::listener(listening_socket socket, owner& who)
    : socket_(std::move(socket)), owner_(who), back_off_(socket_.descriptor.get_executor()) {}

void listener::start() {
    run();
}

task listener::run() {
    auto back_off = shortest_back_off;
    while (open_) {
        const auto waited = co_await wait_until_readable(socket_.descriptor, memory_);
        if (!open_) break;
        const auto accepted = waited ? outcome::failing : accept_some(accepts_per_turn);
        if (accepted == outcome::broken) {
            owner_.on_broken(*this, {broken_, std::generic_category()});
            break;
        }
        if (accepted != outcome::failing) {
            back_off = shortest_back_off;
            continue;
        }
        back_off_.expires_after(back_off);
        const auto ended = co_await wait_for(back_off_, memory_);
        static_cast<void>(ended);
        back_off = std::min(back_off * 2, longest_back_off);
    }
}

void listener::retry() {
    back_off_.cancel();
}

void listener::drain() {
    if (!open_) return;
    open_ = false;
    while (accept_some(accepts_per_turn) == outcome::more) {
    }
    back_off_.cancel();
    socket_.descriptor.close();
    socket_.file.reset();
}

listener::outcome listener::accept_some(int at_most) {
    bool any = false;
    for (int i = 0; i < at_most; ++i) {
        sockaddr_storage peer{};
        socklen_t size = sizeof peer;
        const int descriptor =
            ::accept4(socket_.descriptor.native_handle(), reinterpret_cast<sockaddr*>(&peer), &size,
                      SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor >= 0) {
            any = true;
            hand_over(descriptor, &peer, size);
            continue;
        }
        const int error = errno;
        if (error == EAGAIN) return outcome::queue_empty;
        const auto reason = std::generic_category().message(error);
        if (is_shortage(error)) {
            accept_failed.write({{"reason", reason}});
            return outcome::failing;
        }
        if (!is_transient(error)) {
            broken_ = error;
            return outcome::broken;
        }
        accept_failed.write({{"reason", reason}});
    }
    return any ? outcome::more : outcome::failing;
}

void listener::hand_over(int descriptor, const void* peer, std::size_t peer_size) noexcept {
    std::string_view reason = "max_connections";
    if (owner_.has_room()) {
        try {
            return owner_.on_accepted({descriptor, socket_.family}, to_string(peer, peer_size));
        } catch (const std::bad_alloc&) {
            reason = "out_of_memory";
        }
    }
    reset_socket(descriptor);
    owner_.on_refused();
    refused.write({{"reason", reason}});
}

}  // namespace pulsar::net
