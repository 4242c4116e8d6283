#pragma once

#include "pulsar/bench/client_stream.hpp"
#include "pulsar/bench/echo_verifier.hpp"
#include "pulsar/bench/outage.hpp"
#include "pulsar/bench/retry_pauses.hpp"
#include "pulsar/bench/send_room.hpp"
#include "pulsar/bench/thread_state.hpp"
#include "pulsar/net/phase.hpp"
#include "pulsar/net/turn_policy.hpp"

#include <boost/asio/steady_timer.hpp>

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
    bool from_connect = false;           ///< their latency counts from the beginning of the connect
};

/// One connection to the server: what is sent on it, and what comes back. With --reconnect it is
/// made again where it ends, and what was not echoed is sent again. A local variable of its
/// coroutine (mode_tasks.hpp), which alone touches the socket.
///
/// Belongs to its thread.
class session {
  public:
    /// `shared` outlives this.
    session(thread_state& shared, std::uint32_t connection, const allowance& frames);
    ~session();
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    /// Until it is connected, or has failed; of an interrupted one, or is interrupted again.
    net::phase connect();

    /// Of an interrupted one: makes the connection again, with pauses, until it stands or is given
    /// up.
    net::phase restore();

    /// Closes the connection.
    net::phase close();

    /// Of one that is closed, before the next one: a server that is away is not hammered.
    net::phase pause_if_failed();

    bool opening() const noexcept { return state_ == state::opening; }
    bool connected() const noexcept { return state_ == state::connected; }
    bool interrupted() const noexcept { return state_ == state::interrupted; }
    bool failed() const noexcept { return state_ == state::failed; }

    /// Sends what is due, as far as the pipeline has room and the socket takes it. When it takes
    /// more, the stream wakes.
    void send();

    /// Takes what has come, at most a buffer full of it. `of_send` is how a send has failed.
    void receive(const net::stream::error_code& of_send = {});

    /// What to wait for before the next receive().
    net::stream::awaiter next_input() noexcept { return stream_->wait(next_event_); }

    /// Nothing of its frames is left to be sent.
    bool sent_all() const noexcept { return next_.frame >= last(); }

    /// When connected: no echo is under way, and no more frames will be sent.
    bool finished() const noexcept;

    /// The end of the run has come.
    bool over() const noexcept { return shared_.now >= shared_.times.end; }

    /// Sends FIN. From now on it is no failure that the server ends the connection, once all
    /// echoes have come: then it is no longer connected().
    void half_close();

    /// That end has to come within the timeout, or it is overdue().
    void expect_end();
    bool overdue() const noexcept { return connected() && shared_.now >= deadline_; }

    /// The connection, the echoes or the server's end have not come in time.
    void give_up();

    /// Of one that has not been connected yet: it is not needed any longer, which is no failure.
    bool abandon() noexcept;

    /// For how long the connection has stood, or had when it was interrupted.
    clock::duration held() const noexcept { return shared_.now - connected_at_; }
    void begin_pauses_anew() noexcept { pauses_.begin_anew(); }

    /// Counts what of an outage has not been counted yet.
    void count_outage();
    void end_outage();

    std::uint64_t measured_frames() const noexcept;  ///< that were sent
    void wake();                                     ///< ends a wait, to look what there is to do

  private:
    enum class state : std::uint8_t {
        opening,  ///< has not been connected yet
        connected,
        interrupted,  ///< the connection has ended and is to be made again
        ended,        ///< by the server, as it should after a half_close()
        failed,       ///< or abandoned
    };

    /// In the stream of frames that the connection sends.
    struct position {
        std::uint64_t frame;
        std::size_t offset;
    };

    /// The end of the frames that were begun to be sent on this connection, and of those that
    /// were on any.
    std::uint64_t begun_here() const noexcept {
        return next_.frame + (next_.offset > beginning_ ? 1 : 0);
    }
    std::uint64_t begun() const noexcept { return std::max(begun_here(), resent_until_); }

    /// Whether no number of frames ends the connection, but the end of the run.
    bool stays() const noexcept { return frames_.in_all == unlimited; }

    /// Everything that was begun has come back, and nothing of another frame.
    bool echoed_all() const noexcept {
        return begun() == verifier_.expected() && verifier_.between_frames();
    }

    bool begin_connect();
    void finish_connect();
    net::phase await_connection(bool begun);
    net::phase close_stream();
    net::phase await_stream();
    net::phase pause_for(std::chrono::milliseconds length);
    void wake_at(time_point at);
    std::uint64_t last() const noexcept;
    std::uint64_t due() const noexcept;
    std::uint64_t sendable() const noexcept;
    void begin_to_measure() noexcept;
    void begin_to_end() noexcept;
    position fill(std::uint64_t end, std::size_t& size) const noexcept;
    position moved(std::size_t bytes) const noexcept;
    time_point note_lag(std::uint64_t frame, time_point now) noexcept;
    void record(std::uint64_t from, std::uint64_t to) noexcept;
    bool is_measured() const noexcept;
    void begin_connection();
    void send_proxy_header();
    void end_connection(const std::error_code& error);
    std::string describe(failure kind, const std::error_code& error) const;
    void fail(failure kind, const std::string& what);

    thread_state& shared_;
    std::uint32_t connection_;
    connector& connector_;
    allowance frames_;
    std::uint64_t first_measured_ = unlimited;
    std::uint64_t skipped_ = 0;        // with a rate: frames that the warm-up left unsent
    std::uint64_t final_ = unlimited;  // after the end: where to stop
    std::size_t beginning_;            // of each frame: frame_pattern::begin()
    position next_;
    std::uint64_t resent_until_ = 0;  // the end of the frames that an earlier connection has begun
    echo_verifier verifier_;
    // Since when the latency counts of the frames in flight, by the low bits of their number.
    std::vector<time_point> since_;
    send_room room_;  // with a rate
    std::optional<client_stream> stream_;
    time_point connect_began_at_;
    time_point connected_at_;
    net::turn_policy turns_;
    net::stream::event next_event_ = net::stream::event::readable;
    state state_ = state::opening;
    bool connecting_ = false;
    bool half_closed_ = false;
    std::optional<outage> outage_;
    retry_pauses pauses_;
    time_point deadline_;  // of the pause, the connect or the server's end
    std::optional<boost::asio::steady_timer> alarm_;
};

}  // namespace pulsar::bench
