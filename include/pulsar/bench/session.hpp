#pragma once

#include "pulsar/bench/client_stream.hpp"
#include "pulsar/bench/outage.hpp"
#include "pulsar/bench/retry_pauses.hpp"
#include "pulsar/bench/send_window.hpp"
#include "pulsar/bench/thread_state.hpp"
#include "pulsar/net/phase.hpp"
#include "pulsar/net/turn_policy.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace pulsar::bench {

/// One connection to the server, with the frames of its send_window. With --reconnect it is made
/// again where it ends. A local variable of its coroutine (mode_tasks.hpp), which alone touches the
/// socket.
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

    /// Whether a frame goes out as soon as it is due.
    bool may_send() const noexcept {
        return connected() && !stream_->waits_until_writable() && window_.has_room();
    }

    /// Takes what has come, at most a buffer full of it. `of_send` is how a send has failed.
    void receive(const net::stream::error_code& of_send = {});

    /// What to wait for before the next receive().
    net::stream::awaiter next_input() noexcept { return stream_->wait(next_event_); }

    /// Nothing of its frames is left to be sent.
    bool sent_all() const noexcept { return window_.sent_all(); }

    /// When connected: no echo is under way, and no more frames will be sent.
    bool finished() const noexcept { return window_.finished(shared_.now); }

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

    std::uint64_t measured_frames() const noexcept { return window_.measured(); }  ///< were sent
    void wake();  ///< ends a wait, to look what there is to do

  private:
    enum class state : std::uint8_t {
        opening,  ///< has not been connected yet
        connected,
        interrupted,  ///< the connection has ended and is to be made again
        ended,        ///< by the server, as it should after a half_close()
        failed,       ///< or abandoned
    };

    bool begin_connect();
    void finish_connect();
    net::phase await_connection(bool begun);
    net::phase close_stream();
    net::phase await_stream();
    net::phase pause_for(std::chrono::milliseconds length);
    void wake_at(time_point at);
    void begin_connection();
    void send_proxy_header();
    void end_connection(const std::error_code& error);
    std::string describe(failure kind, const std::error_code& error) const;
    void fail(failure kind, const std::string& what);

    thread_state& shared_;
    std::uint32_t connection_;
    connector& connector_;
    send_window window_;
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
