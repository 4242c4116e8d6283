// net::stream and its socket, in the place of src/net/stream.cpp.

#include "require.hpp"
#include "scripted_socket.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace pulsar::fuzz {

using event = net::stream::event;

void scripted_socket::break_off(int error, bool lose_input) noexcept {
    if (broken_ || closed_) return;
    broken_ = true;
    error_ = error;
    if (lose_input) taken_ = incoming_.size();
    ++moves_;
}

void scripted_socket::acknowledge(std::size_t bytes) {
    bytes = std::min(bytes, unacked());
    if (bytes == 0 || broken_) return;
    acked_ += bytes;
    ++moves_;
    contract_.acknowledged();
}

void scripted_socket::wake() noexcept {
    woken_ = waiting_ && until_ != event::turn;
}

bool scripted_socket::ready() const noexcept {
    if (!waiting_) return false;
    if (woken_ || until_ == event::turn) return true;
    if (until_ == event::wake) return false;
    if (broken_ || (fin_in_ && fin_out_)) return true;  // EPOLLERR, EPOLLHUP
    return until_ == event::readable ? unread() > 0 || fin_in_ : window_ > 0;
}

void scripted_socket::resume() {
    woken_ = false;
    std::exchange(waiting_, nullptr).resume();
}

int scripted_socket::take_error(int& call_error) noexcept {
    const int own = std::exchange(call_error, 0);
    return own != 0 ? own : std::exchange(error_, 0);
}

net::stream::transfer scripted_socket::receive(std::span<std::byte> into) {
    require(!closed_ && !into.empty());
    net::stream::transfer result;
    if (receive_error_ != 0 || (unread() == 0 && error_ != 0)) {
        const int error = take_error(receive_error_);
        result.error.assign(error, boost::system::system_category());
        ++moves_;
        contract_.met(error);
    } else if (unread() > 0) {
        const std::string_view waiting = std::string_view(incoming_).substr(taken_);
        auto most = into.size();
        if (short_reads_ > 0) {
            most = std::min(most, longest_read_);
            --short_reads_;
        }
        const auto part = waiting.substr(0, most);
        std::ranges::copy(std::as_bytes(std::span(part)), into.begin());
        result.bytes = part.size();
        taken_ += part.size();
        ++moves_;
        contract_.received(part);
    } else if (fin_in_ || broken_) {
        result.error = boost::asio::error::eof;
        ++moves_;
        contract_.read_fin();
    } else {
        result.error = boost::asio::error::would_block;
    }
    return result;
}

net::stream::transfer scripted_socket::send(std::span<const std::byte> data) {
    require(!closed_ && !fin_out_ && !data.empty());
    net::stream::transfer result;
    const std::string_view offered(reinterpret_cast<const char*>(data.data()), data.size());
    if (send_error_ != 0 || broken_) {
        int error = take_error(send_error_);
        if (error == 0) error = EPIPE;
        result.error.assign(error, boost::system::system_category());
        ++moves_;
        contract_.offered(offered, std::nullopt, *this);
        contract_.met(error);
        return result;
    }
    result.bytes = std::min(data.size(), window_);
    if (result.bytes < data.size()) result.error = boost::asio::error::would_block;
    window_ -= result.bytes;
    output_ += offered.substr(0, result.bytes);
    moves_ += result.bytes;
    contract_.offered(offered, result.bytes, *this);
    return result;
}

void scripted_socket::acknowledge_input() {
    require(!closed_);
    contract_.acknowledging();
}

void scripted_socket::shutdown_send() {
    require(!closed_ && !fin_out_);
    ++moves_;
    contract_.sending_fin(*this);
    fin_out_ = true;
}

void scripted_socket::close(bool reset) {
    require(!closed_);
    closed_ = true;
    ++moves_;
    contract_.closing(reset, *this);
}

void scripted_socket::wait(event until, std::coroutine_handle<> waiting) noexcept {
    require(!closed_ && !waiting_);
    if (until == event::readable) contract_.waiting_for_input();
    require(until != event::readable || !watched_writable_);  // or each wait costs one more
    if (until == event::writable) watched_writable_ = true;
    until_ = until;
    waiting_ = waiting;
}

}  // namespace pulsar::fuzz

namespace pulsar::net {

using fuzz::the_socket;

stream::stream(turn_queue& turns, unique_socket socket)
    : socket_(turns.executor()), turns_(turns), family_(socket.family()) {
    if (the_socket == nullptr) {
        throw std::system_error(ENOSPC, std::generic_category(), "epoll_ctl");
    }
}

stream::transfer stream::receive(std::span<std::byte> into) noexcept {
    return the_socket->receive(into);
}

stream::transfer stream::send(std::span<const std::byte> data) noexcept {
    return the_socket->send(data);
}

std::size_t stream::unread() noexcept {
    return the_socket->unread();
}

std::size_t stream::unacked() noexcept {
    return the_socket->unacked();
}

void stream::acknowledge() noexcept {
    the_socket->acknowledge_input();
}

std::optional<tcp_path> stream::path() noexcept {
    return std::nullopt;
}

void stream::forget_writable() noexcept {
    the_socket->forget_writable();
}

void stream::shutdown_send() noexcept {
    the_socket->shutdown_send();
}

void stream::close() noexcept {
    the_socket->close(false);
}

void stream::reset() noexcept {
    if (!the_socket->closed()) the_socket->close(true);
}

void stream::wake() {
    the_socket->wake();
}

void stream::awaiter::await_suspend(std::coroutine_handle<> waiting) {
    stream_.waiting_.coroutine = waiting;
    the_socket->wait(until_, stream_.waiting_.coroutine);
}

}  // namespace pulsar::net
