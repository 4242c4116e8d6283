#pragma once

#include "pulsar/net/connection_record.hpp"
#include "pulsar/net/echo_buffer.hpp"
#include "pulsar/net/event_loop.hpp"
#include "pulsar/net/options.hpp"
#include "pulsar/net/phase.hpp"
#include "pulsar/net/stream.hpp"
#include "pulsar/net/turn_policy.hpp"
#include "pulsar/protocol/frame_scanner.hpp"
#include "pulsar/protocol/proxy_header.hpp"

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

namespace pulsar::net {

/// What a connection's coroutine has to answer.
enum class input : std::uint8_t {
    none,     ///< nothing yet
    frames,   ///< one whole frame or more
    silence,  ///< for so long that a heartbeat is due
    end,      ///< of the conversation, by either side
};

/// One connection, a local variable of its coroutine (see serve.cpp). The coroutine alone touches
/// the socket: deadlines, drain and limits leave word here, and wake it. Whoever drops a connection
/// without close() resets it.
///
/// Belongs to its loop's thread. What waits may throw std::bad_alloc or std::system_error.
class connection final : public event_loop::member {
  public:
    /// `options` and `record` outlive the connection.
    connection(event_loop& loop, unique_socket socket, const connection_options& options,
               connection_record& record);
    ~connection() override;

    class input_awaiter;

    /// Waits for the peer, for the next deadline, or for word from the loop, and tells what is to
    /// be answered. Frames must be, before the next wait: they lie in the loop's memory.
    input_awaiter next_input();

    /// Reads the PROXY header that the connection begins with, and logs that it is opened. Answers
    /// the frames that came with it.
    phase proxy_header();

    phase echo();       ///< sends the frames back, however slowly the peer takes them
    phase heartbeat();  ///< the same with a HEARTBEAT frame

    /// Sends FIN, and discards what still comes in, up to a bound; since to close with unread input
    /// would reset the connection (RFC 1122, 4.2.2.13), and take echoes that are under way with it.
    /// Does nothing where the peer is gone.
    phase linger();

    /// Tells the record how it ended. Closes the socket, if there is nothing to reset for.
    void close() noexcept;

    void on_deadline(time_point now) override;
    void drain(time_point now) override;
    void cut_off() override;

  private:
    /// What comes next if the peer stays silent: the end, or a heartbeat.
    struct deadline {
        time_point at;
        std::optional<close_reason> end;
    };

    input receive();
    std::size_t missing() const noexcept;
    input take_header();
    input on_header(const protocol::proxy_header& header);
    input on_bad_header(std::string_view error);
    [[gnu::always_inline]] inline input take(std::size_t fresh);
    void note(const protocol::scan_result& scan, std::size_t fresh, time_point now);
    input on_no_input();
    input on_receive_error(const stream::error_code& error);
    input leave(close_reason reason);
    void fail(close_reason reason, const stream::error_code& why = {});
    void note_path() noexcept;

    phase deliver(std::span<const std::byte> rest);
    phase discard_input();
    std::size_t send(std::span<const std::byte> frames);
    stream::awaiter wait(stream::event until, time_point limit);
    void watch_deadline();

    deadline next_deadline() const noexcept;
    deadline header_deadline() const noexcept;
    time_point heartbeat_at() const noexcept;
    bool draining() const noexcept { return quota_ != unlimited; }
    bool failed() const noexcept { return leaving_ && is_abort(*leaving_); }

    static constexpr auto unlimited = std::numeric_limits<std::size_t>::max();

    event_loop& loop_;
    const connection_options& options_;
    connection_record& record_;
    stream stream_;
    echo_buffer buffer_;

    std::size_t complete_ = 0;       // bytes of the whole frames that echo() is to send
    std::size_t frame_size_ = 0;     // of the partial frame, with its header; 0: not known yet
    std::size_t quota_ = unlimited;  // draining: bytes that may still be received
    std::optional<close_reason> leaving_;  // the end, once what is owed is sent

    time_point silence_restarted_at_;          // by a heartbeat, when it was due, or by the drain
    time_point frame_started_at_;              // while a partial frame is held
    time_point close_by_ = time_point::max();  // while leaving: the end of all patience
    time_point deadline_;                      // of the wait under way

    turn_policy turns_;
    bool has_sent_ = false;  // since the last wait for input
    bool cut_off_ = false;
    bool peer_sent_fin_ = false;
};

class connection::input_awaiter {
  public:
    input_awaiter(connection& self, stream::event until) noexcept : self_(self), until_(until) {}

    bool await_ready() const noexcept { return self_.leaving_.has_value(); }
    void await_suspend(std::coroutine_handle<> waiting) {
        self_.stream_.wait(until_).await_suspend(waiting);
    }
    input await_resume() { return self_.receive(); }

  private:
    connection& self_;
    stream::event until_;
};

}  // namespace pulsar::net
