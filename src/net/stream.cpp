#include "pulsar/net/stream.hpp"

#include "pulsar/net/reset_socket.hpp"

#include <boost/asio/error.hpp>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <system_error>

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

stream::stream(turn_queue& turns, int family, int descriptor) try
    : socket_(turns.executor()), turns_(turns) {
    error_code error;
    socket_.assign({family, 0}, descriptor, error);
    if (error) throw std::system_error(error, "epoll_ctl");
    // Nothing throws from here on: it is the socket that closes the descriptor.
    socket_.non_blocking(true, error);
} catch (...) {
    reset_socket(descriptor);
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

stream::error_code stream::connect_error() {
    int number = 0;
    socklen_t size = sizeof number;
    ::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_ERROR, &number, &size);
    if (number != 0) return {number, boost::system::system_category()};
    error_code error;
    socket_.remote_endpoint(error);
    return error == asio::error::not_connected ? asio::error::would_block : error_code();
}

std::size_t stream::unread() noexcept {
    return queued_bytes(socket_.native_handle(), SIOCINQ);
}

std::size_t stream::unacked() noexcept {
    return queued_bytes(socket_.native_handle(), SIOCOUTQ);
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
    error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
}

void stream::wake() {
    if (!asleep_) return signal_.emit(asio::cancellation_type::total);
    asleep_ = false;
    turns_.enter(waiting_);
}

void stream::wake_when_writable() {
    if (wakes_when_writable_) return;
    wakes_when_writable_ = true;
    socket_.async_wait(socket_type::wait_write, [this](error_code) {
        wakes_when_writable_ = false;
        wake();
    });
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
            stream_.asleep_ = true;
            return;
        case event::turn:
            return stream_.turns_.enter(stream_.waiting_);
    }
}

}  // namespace pulsar::net
