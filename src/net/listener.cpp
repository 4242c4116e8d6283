#include "pulsar/net/listener.hpp"

#include "pulsar/log/limited.hpp"
#include "pulsar/net/wait.hpp"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <new>
#include <sys/socket.h>
#include <utility>

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

listener::listener(listening_socket socket, const listener_options& options, observer& who)
    : socket_(std::move(socket)),
      record_(socket_.name),
      options_(options),
      observer_(who),
      back_off_(socket_.descriptor.get_executor()),
      has_older_connections_(socket_.handed && socket_.family != AF_UNIX) {}

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
            observer_.on_broken(*this, broken_);
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
    boost::system::error_code ignored;
    socket_.file.reset();
    // As many as Linux queues: in a storm the queue is never empty.
    if (!socket_.handed) accept_some(options_.backlog + 1);
    back_off_.cancel();
    socket_.descriptor.close(ignored);
}

listener::outcome listener::accept_some(int at_most) {
    bool any = false;
    for (int i = 0; i < at_most; ++i) {
        if (!observer_.is_ready()) return outcome::failing;
        endpoint peer;
        auto size = static_cast<socklen_t>(peer.capacity());
        const int descriptor = ::accept4(socket_.descriptor.native_handle(), peer.data(), &size,
                                         SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor >= 0) {
            any = true;
            peer.resize(size);
            unique_socket socket(descriptor, socket_.family);
            if (has_older_connections_) set_missed_options(socket);
            hand_over(std::move(socket), peer);
            continue;
        }
        const int error = errno;
        if (error == EAGAIN) {
            has_older_connections_ = false;
            return outcome::queue_empty;
        }
        record_.failures.count(error);
        const bool shortage = is_shortage(error);
        if (!shortage && !is_transient(error)) {
            broken_ = error;
            return outcome::broken;
        }
        accept_failed.write({{"reason", log::describe(error)}});
        if (shortage) return outcome::failing;
    }
    return any ? outcome::more : outcome::failing;
}

void listener::set_missed_options(const unique_socket& socket) const noexcept {
    try {
        set_connection_options(socket.descriptor(), options_);
    } catch (const std::exception&) {
        // It was reset, which its connection will find out.
    }
}

void listener::hand_over(unique_socket socket, const endpoint& peer) noexcept {
    auto why = refusal::max_connections;
    if (observer_.has_room()) {
        try {
            return observer_.on_accepted(record_, std::move(socket), to_string(peer));
        } catch (const std::bad_alloc&) {
            why = refusal::out_of_memory;
        }
    }
    observer_.on_refused(why);
    refused.write({{"reason", net::name(why)}});
}

}  // namespace pulsar::net
