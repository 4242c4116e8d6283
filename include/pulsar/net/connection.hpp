#pragma once

#include "pulsar/net/connection_record.hpp"
#include "pulsar/net/echo_buffer.hpp"
#include "pulsar/net/event_loop.hpp"
#include "pulsar/net/options.hpp"
#include "pulsar/net/stream.hpp"
#include "pulsar/net/turns.hpp"
#include "pulsar/protocol/frame_scanner.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

namespace pulsar::net {

/// An accepted socket, on its way to the loop that will serve it.
struct accepted {
    int descriptor;
    int family;  ///< AF_INET, AF_INET6 or AF_UNIX
};

/// The state of one connection, a local variable of its coroutine (see serve()). The coroutine
/// alone touches the socket: deadlines, drain and limits leave word in the state, and wake it.
///
/// Belongs to its loop's thread.
class connection final : public event_loop::member {
  public:
    /// Takes over the descriptor. `options` and `record` outlive the connection. Throws
    /// std::system_error or std::bad_alloc, and then has reset the connection.
    connection(event_loop& loop, accepted socket, const connection_options& options,
               connection_record& record);

    /// What to wait for before the next call, or that there will be none.
    enum class step : std::uint8_t { turn, readable, writable, timer, finish };

    /// Does all that can be done without waiting, within the bounds of one turn. Throws
    /// std::bad_alloc.
    step advance();

    /// When advance() is finished: sends FIN, and discards what still comes in, up to a bound;
    /// since to close with unread input would reset the connection (RFC 1122, 4.2.2.13), and take
    /// echoes that are under way with it.
    step linger();

    /// Gives up: close() will send a reset. `what` explains an io_error in the log.
    void fail(close_reason reason, std::string_view what = {});

    /// Closes the socket, and logs `closed`.
    void close() noexcept;

    /// Waits for what a step asks for.
    stream::awaiter wait(step for_what) noexcept;

    void on_deadline(time_point now) override;
    void drain(time_point now) override;
    void cut_off() override;

  private:
    step receive_and_echo();
    void note(const protocol::scan_result& scan, std::span<const std::byte> fresh, time_point now);
    step on_receive_error(const stream::error_code& error);
    step out_of_input();
    step wait_for_input();
    step send_heartbeat(time_point now);
    step blocked();
    step leave(close_reason reason);

    std::size_t send(std::span<const std::byte> frames);
    bool heartbeat_due(time_point now) const noexcept;
    std::optional<close_reason> timed_out(time_point now) const noexcept;
    time_point next_deadline() const noexcept;
    void wait_until(time_point deadline);
    bool draining() const noexcept { return quota_.has_value(); }

    static constexpr auto not_blocked = std::numeric_limits<std::size_t>::max();

    event_loop& loop_;
    const connection_options& options_;
    connection_record& record_;
    stream stream_;
    echo_buffer buffer_;

    std::size_t frame_size_ = 0;  // of the partial frame, with its header; 0: not known yet
    std::size_t outstanding_ = not_blocked;  // bytes unsent or unacknowledged at progress_at_
    std::size_t discardable_ = 0;            // bytes that linger() may still discard
    std::optional<std::size_t> quota_;       // draining: bytes that may still be received
    std::optional<close_reason> leaving_;    // once what is unsent is sent

    time_point quiet_since_;       // the last byte read, heartbeat sent, or begin of the drain
    time_point frame_started_at_;  // while a partial frame is held
    time_point progress_at_;       // while output is unsent: the peer took some of it
    time_point check_at_;          // while unsent or lingering: when to look for progress
    time_point linger_until_;

    turns turns_;
    bool cut_off_ = false;
    bool peer_sent_fin_ = false;
    bool lingering_ = false;
};

}  // namespace pulsar::net
