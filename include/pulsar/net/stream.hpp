#pragma once

#include "pulsar/net/handler_memory.hpp"
#include "pulsar/net/turn_queue.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include <coroutine>
#include <cstddef>
#include <span>

namespace pulsar::net {

/// A stream socket, TCP or Unix, that one coroutine reads and writes without blocking,
/// and that this coroutine can wait for. Waiting is all that is asynchronous: no operation ever
/// holds bytes, so one that is cancelled cannot lose any.
///
/// Belongs to its loop's thread.
class stream {
  public:
    using error_code = boost::system::error_code;
    using executor_type = turn_queue::executor_type;
    using socket_type =
        boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, executor_type>;

    /// Takes over `descriptor`; `family` is its AF_INET, AF_INET6 or AF_UNIX. `turns`, of the loop,
    /// outlives it. Throws std::system_error or std::bad_alloc, and then has reset the connection.
    stream(turn_queue& turns, int family, int descriptor);

    /// What a call moved, and how it ended: `would_block`, `eof`, an error of recv(2) or send(2),
    /// or no error.
    struct transfer {
        std::size_t bytes = 0;
        error_code error;
    };
    transfer receive(std::span<std::byte> into) noexcept;

    /// Sends what the kernel takes: `would_block` if that is not all, with `bytes` of what it took.
    transfer send(std::span<const std::byte> data) noexcept;

    /// How the connect(2) that was begun on the descriptor has ended (SO_ERROR, socket(7)):
    /// `would_block` while it has not.
    error_code connect_error();

    std::size_t unread() noexcept;   ///< bytes that wait in the socket (SIOCINQ, tcp(7))
    std::size_t unacked() noexcept;  ///< bytes sent that the peer has not (SIOCOUTQ, tcp(7))

    void shutdown_send() noexcept;
    void close() noexcept;
    /// Closes so that the peer gets a reset, and what was under way is lost.
    void reset() noexcept;

    enum class event : std::uint8_t { readable, writable, wake, turn };
    class awaiter;

    /// Suspends until the socket is readable or writable, or in error, or until wake(); until
    /// wake() alone; or for a turn (turn_queue). Tells nothing: look what there is to do.
    awaiter wait(event until) noexcept;

    /// Ends a wait, but for a turn, which ends soon. Does nothing while nobody waits.
    void wake();

    /// wake() once the socket is writable, or closed. The stream must not go before that.
    void wake_when_writable();
    bool waits_until_writable() const noexcept { return wakes_when_writable_; }

  private:
    socket_type socket_;
    turn_queue& turns_;
    boost::asio::cancellation_signal signal_;
    turn_queue::entry waiting_;
    handler_memory memory_;
    bool wakes_when_writable_ = false;
    bool asleep_ = false;  // until wake()
};

class stream::awaiter {
  public:
    awaiter(stream& s, event until) noexcept : stream_(s), until_(until) {}

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting);
    void await_resume() const noexcept {}

  private:
    stream& stream_;
    event until_;
};

inline stream::awaiter stream::wait(event until) noexcept {
    return {*this, until};
}

}  // namespace pulsar::net
