#pragma once

#include "pulsar/net/handler_memory.hpp"
#include "pulsar/net/tcp_path.hpp"
#include "pulsar/net/turn_queue.hpp"
#include "pulsar/net/unique_socket.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include <coroutine>
#include <cstddef>
#include <optional>
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

    /// `turns`, of the loop, outlives this. Throws std::system_error or std::bad_alloc, and then
    /// has reset the connection.
    stream(turn_queue& turns, unique_socket socket);
    ~stream() { reset(); }

    /// What a call moved, and how it ended: `would_block`, `eof`, an error of recv(2) or send(2),
    /// or no error.
    struct transfer {
        std::size_t bytes = 0;
        error_code error;
    };
    transfer receive(std::span<std::byte> into) noexcept;

    /// Sends what the kernel takes: `would_block` if that is not all, with `bytes` of what it took.
    transfer send(std::span<const std::byte> data) noexcept;

    int descriptor() noexcept { return socket_.native_handle(); }

    std::size_t unread() noexcept;   ///< bytes that wait in the socket (SIOCINQ, tcp(7))
    std::size_t unacked() noexcept;  ///< bytes sent that the peer has not (SIOCOUTQ, tcp(7))

    /// Acknowledges what was received now, not with the next bytes sent or 40 ms later
    /// (TCP_QUICKACK, tcp(7)).
    void acknowledge() noexcept;

    /// Nothing for a Unix socket. Holds also for a connection that the peer has reset.
    std::optional<tcp_path> path() noexcept;

    void shutdown_send() noexcept;
    void close() noexcept;
    /// Closes so that the peer gets a reset, and what was under way is lost. Does nothing once it
    /// is closed.
    void reset() noexcept;

    enum class event : std::uint8_t { readable, writable, wake, turn };
    class awaiter;

    /// Takes no memory. Suspends until the socket is readable or writable, or in error, or until
    /// wake(); until wake() alone; or for a turn (turn_queue). Tells nothing: look what there is to
    /// do.
    awaiter wait(event until) noexcept;

    /// Ends a wait, but for a turn, which ends soon. Does nothing while nobody waits.
    void wake();

    /// After a wait for `writable`, while nobody waits: spares each later wait for input an
    /// epoll_wait(2) in vain. Does nothing where descriptors or memory are short.
    void forget_writable() noexcept;

  protected:
    socket_type& socket() noexcept { return socket_; }

  private:
    void watch(socket_type& socket, int descriptor);

    socket_type socket_;
    turn_queue& turns_;
    boost::asio::cancellation_signal signal_;
    turn_queue::entry waiting_;
    handler_memory memory_;
    int family_;
    bool waits_for_wake_ = false;
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
