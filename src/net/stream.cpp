#include "pulsar/net/stream.hpp"

#include <boost/asio/error.hpp>

#include <array>
#include <exception>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace pulsar::net {

namespace asio = boost::asio;

namespace {

/// Resumes the coroutine; Asio takes the operation's memory and cancellation slot from it.
struct resume_handler {
    using allocator_type = handler_allocator<void>;
    using cancellation_slot_type = asio::cancellation_slot;

    std::coroutine_handle<>& waiting;
    handler_memory& memory;
    cancellation_slot_type slot;

    allocator_type get_allocator() const noexcept { return allocator_type(memory); }
    cancellation_slot_type get_cancellation_slot() const noexcept { return slot; }

    void operator()(stream::error_code = {}) const { waiting.resume(); }
};

/// What Asio puts into the slot for a wait has this size: with the memory for it taken at the
/// beginning, no wait takes any.
struct cancellation {
    std::array<void*, 3> room{};
    void operator()(asio::cancellation_type) const noexcept {}
};

/// Where a signal got in the way, there is more to do later, as where the call would have blocked.
void note_interruption(stream::error_code& error) noexcept {
    if (error == asio::error::interrupted) error = asio::error::would_block;
}

std::size_t queued_bytes(int descriptor, unsigned long request) noexcept {
    int bytes = 0;
    return ::ioctl(descriptor, request, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes)
                                                                  : 0;
}

}  // namespace

stream::stream(turn_queue& turns, unique_socket socket)
    : socket_(turns.executor()), turns_(turns), family_(socket.family()) {
    signal_.slot().emplace<cancellation>();
    watch(socket_, socket.descriptor());
    socket.release();
}

void stream::watch(socket_type& socket, int descriptor) {
    error_code error;
    socket.assign({family_, 0}, descriptor, error);
    if (error) throw std::system_error(error, "epoll_ctl");
    socket.non_blocking(true, error);
}

stream::transfer stream::receive(std::span<std::byte> into) noexcept {
    transfer result;
    result.bytes = socket_.receive(asio::buffer(into.data(), into.size()), 0, result.error);
    note_interruption(result.error);
    return result;
}

stream::transfer stream::send(std::span<const std::byte> data) noexcept {
    transfer result;
    result.bytes = socket_.send(asio::buffer(data.data(), data.size()), 0, result.error);
    note_interruption(result.error);
    if (!result.error && result.bytes < data.size()) result.error = asio::error::would_block;
    return result;
}

std::size_t stream::unread() noexcept {
    return queued_bytes(socket_.native_handle(), SIOCINQ);
}

std::size_t stream::unacked() noexcept {
    return queued_bytes(socket_.native_handle(), SIOCOUTQ);
}

void stream::acknowledge() noexcept {
    if (family_ == AF_UNIX) return;
    const int now = 1;
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_QUICKACK, &now, sizeof now);
}

std::optional<tcp_path> stream::path() noexcept {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return {};
    return tcp_path{info.tcpi_rtt, info.tcpi_total_retrans};
}

/// Asio, up to 1.38 at least, never takes EPOLLOUT back: its epoll_ctl(2) for each wait asks for it
/// anew. A copy of the descriptor is watched before the old one goes, so that nothing can be lost.
void stream::forget_writable() noexcept {
    const int copy = ::fcntl(socket_.native_handle(), F_DUPFD_CLOEXEC, 0);
    if (copy < 0) return;
    socket_type fresh(socket_.get_executor());
    try {
        watch(fresh, copy);
    } catch (const std::exception&) {
        ::close(copy);
        return;
    }
    error_code ignored;
    ::close(socket_.release(ignored));
    socket_ = std::move(fresh);
}

void stream::shutdown_send() noexcept {
    error_code ignored;  // the peer may be gone already
    socket_.shutdown(socket_type::shutdown_send, ignored);
}

void stream::close() noexcept {
    error_code ignored;
    socket_.close(ignored);
}

void stream::reset() noexcept {
    if (!socket_.is_open()) return;
    error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
}

void stream::wake() {
    if (waits_for_wake_) {
        waits_for_wake_ = false;
        return turns_.enter(waiting_);
    }
    // The slot may still hold the cancellation of a wait that is over. It only finds what the
    // reactor still holds: not an operation that is done, even if its handler is yet to run. That
    // one resumes the coroutine, once, which then sees what the caller has left for it.
    signal_.emit(asio::cancellation_type::total);
}

void stream::awaiter::await_suspend(std::coroutine_handle<> waiting) {
    stream_.waiting_.coroutine = waiting;
    resume_handler resume{stream_.waiting_.coroutine, stream_.memory_, stream_.signal_.slot()};
    switch (until_) {
        case event::readable:
            return stream_.socket_.async_wait(socket_type::wait_read, resume);
        case event::writable:
            return stream_.socket_.async_wait(socket_type::wait_write, resume);
        case event::wake:
            stream_.waits_for_wake_ = true;
            return;
        case event::turn:
            return stream_.turns_.enter(stream_.waiting_);
    }
}

}  // namespace pulsar::net
