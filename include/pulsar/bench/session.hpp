#pragma once

#include "pulsar/bench/client_stream.hpp"
#include "pulsar/bench/echo_verifier.hpp"
#include "pulsar/bench/outage.hpp"
#include "pulsar/bench/retry_pauses.hpp"
#include "pulsar/bench/thread_state.hpp"
#include "pulsar/net/turn_policy.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pulsar::bench {

/// The frames that a session may send.
struct allowance {
    std::uint64_t first = 0;             ///< the number of the first
    std::uint64_t in_all = unlimited;    ///< those of the warm-up included
    std::uint64_t measured = unlimited;  ///< those after the warm-up
};

/// One connection to the server: what is sent on it, and what comes back. With --reconnect it is
/// made again where it ends, and what was not echoed is sent again. A local variable of its
/// coroutine, which alone touches the socket.
///
/// Belongs to its thread.
class session {
  public:
    /// `shared` outlives this.
    session(thread_state& shared, std::uint32_t connection, const allowance& frames);

    /// Begins to connect. False: the server's accept queue has no room; try again later.
    bool connect();
    bool connecting() const noexcept { return connecting_; }
    void finish_connect();  ///< after a wait for the socket to be writable

    bool opening() const noexcept { return state_ == state::opening; }
    bool connected() const noexcept { return state_ == state::connected; }
    bool interrupted() const noexcept { return state_ == state::interrupted; }

    /// When interrupted: until when to wait before connect(), or for the connection while
    /// connecting().
    time_point deadline() const noexcept { return deadline_; }

    /// Sends what is due, as far as the pipeline has room and the socket takes it. When it takes
    /// more, the stream wakes.
    void send();

    /// Takes what has come, at most a buffer full of it. `of_send` is how a send has failed.
    void receive(const net::stream::error_code& of_send = {});

    /// What to wait for before the next receive().
    net::stream::event next_event() const noexcept { return next_event_; }

    /// No echo is under way, and no more frames will be sent; or the connection has failed.
    bool finished() const noexcept;
    bool failed() const noexcept { return state_ == state::failed; }

    /// The connection or the echoes have not come in time.
    void give_up();

    /// Closes the connection. Of a finished session, counts the frames that were due and could not
    /// be sent.
    void close();

    /// Counts what of an outage has not been counted yet.
    void count_outage();

    std::uint64_t measured_frames() const noexcept;  ///< that were sent
    bool has_stream() const noexcept { return stream_.has_value(); }
    client_stream& stream() noexcept { return *stream_; }

  private:
    enum class state : std::uint8_t {
        opening,  ///< has not been connected yet
        connected,
        interrupted,  ///< the connection has ended and is to be made again
        failed,
    };

    /// In the stream of frames that the connection sends.
    struct position {
        std::uint64_t frame;
        std::size_t offset = 0;
    };

    /// The end of the frames that were begun to be sent on this connection, and of those that
    /// were on any.
    std::uint64_t begun_here() const noexcept { return next_.frame + (next_.offset > 0 ? 1 : 0); }
    std::uint64_t begun() const noexcept { return std::max(begun_here(), resent_until_); }

    std::uint64_t last() const noexcept;
    std::uint64_t due() const noexcept;
    std::uint64_t sendable() const noexcept;
    void begin_to_measure() noexcept;
    void begin_to_end() noexcept;
    position fill(std::uint64_t end, std::size_t& size) const noexcept;
    position moved(std::size_t bytes) const noexcept;
    void record(std::uint64_t from, std::uint64_t to) noexcept;
    bool is_measured() const noexcept;
    void begin_connection();
    void end_connection(const std::error_code& error);
    void end_outage();
    std::string describe(failure kind, const std::error_code& error) const;
    void fail(failure kind, const std::string& what);

    thread_state& shared_;
    std::uint32_t connection_;
    allowance frames_;
    std::uint64_t measured_from_ = unlimited;
    std::uint64_t skipped_ = 0;        // with a rate: frames that the warm-up left unsent
    std::uint64_t final_ = unlimited;  // after the end: where to stop
    position next_;
    std::uint64_t resent_until_ = 0;  // the end of the frames that an earlier connection has begun
    echo_verifier verifier_;
    std::vector<time_point> sent_at_;  // of the frames in flight, by the low bits of their number
    std::optional<client_stream> stream_;
    time_point connected_from_;
    time_point connected_at_;
    net::turn_policy turns_;
    net::stream::event next_event_ = net::stream::event::readable;
    state state_ = state::opening;
    bool connecting_ = false;
    std::optional<outage> outage_;
    bool restored_ = false;  // has been connected again in this outage
    retry_pauses pauses_;
    time_point deadline_;
};

}  // namespace pulsar::bench
