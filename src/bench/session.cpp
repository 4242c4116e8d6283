#include "pulsar/bench/session.hpp"

#include "pulsar/bench/pause.hpp"
#include "pulsar/cli/values.hpp"

#include <boost/asio/error.hpp>

#include <span>
#include <system_error>

namespace pulsar::bench {

namespace asio = boost::asio;

namespace {

// How long to leave a full accept queue alone before the next connect(2).
constexpr std::chrono::milliseconds full_queue_pause{1};

constexpr std::chrono::milliseconds failed_connection_pause{100};

failure kind_of(const std::error_code& error) {
    if (error == std::errc::connection_refused) return failure::refused;
    if (error == std::errc::connection_reset || error == std::errc::broken_pipe) {
        return failure::reset;
    }
    if (error == std::errc::timed_out) return failure::timeout;
    if (error == std::error_code(asio::error::make_error_code(asio::error::eof))) {
        return failure::closed;
    }
    return failure::other;
}

}  // namespace

session::session(thread_state& shared, std::uint32_t connection, const allowance& frames)
    : shared_(shared),
      connection_(connection),
      connector_(shared.connectors[connection - shared.first]),
      window_(shared.run, shared.times, shared.hiccup, connection, frames) {
    shared.sessions[connection - shared.first] = this;
}

session::~session() {
    shared_.sessions[connection_ - shared_.first] = nullptr;
}

net::phase session::connect() {
    if (shared_.gives_up) give_up();
    connect_began_at_ = clock::now();
    deadline_ = connect_began_at_ + shared_.run.what.timeout;
    const bool begun = begin_connect();
    return begun && !connecting_ ? net::phase() : await_connection(begun);
}

/// False: the server's accept queue has no room; to be tried again later.
bool session::begin_connect() {
    if (failed()) return true;
    shared_.now = clock::now();
    try {
        stream_.emplace(shared_.turns, connector_.begin_connect());
        connecting_ = true;
        deadline_ = shared_.now + shared_.run.what.timeout;
    } catch (const std::system_error& error) {
        if (error.code() == std::errc::resource_unavailable_try_again) {
            if (opening() && shared_.now >= deadline_) give_up();
            return failed();
        }
        if (opening() && connector_.not_accepted()) return begin_connect();
        end_connection(error.code());
        return true;
    }
    finish_connect();  // to this machine it has ended by now, and needs no wait
    return true;
}

net::phase session::await_connection(bool begun) {
    while (!begun) {
        co_await pause_for(full_queue_pause);
        begun = begin_connect();
    }
    while (connecting_) {
        wake_at(deadline_);
        co_await stream_->wait_for_connect();
        finish_connect();
    }
    alarm_.reset();
}

void session::finish_connect() {
    if (failed()) return;
    shared_.now = clock::now();
    const auto error = stream_->connect_error();
    const bool open = error == asio::error::would_block;
    if (open && shared_.now < deadline_) return;
    if (!open) shared_.answered_at = shared_.now;
    if (!error) {
        begin_connection();
    } else if (opening() && connector_.not_accepted()) {
        begin_connect();
    } else if (open && opening()) {
        give_up();
    } else {
        end_connection(open ? std::make_error_code(std::errc::timed_out) : std::error_code(error));
    }
}

void session::begin_connection() {
    connecting_ = false;
    state_ = state::connected;
    connected_at_ = shared_.now;
    connector_.accepted();
    window_.begin(connect_began_at_, shared_.now);
    if (window_.stays()) stream_->sent_all();
    if (outage_ && outage_->is_first_connect()) ++shared_.counts->restored;
    send_proxy_header();
}

/// A socket that is new has room for it.
void session::send_proxy_header() {
    const auto header = connector_.header(stream_->descriptor());
    if (header.empty()) return;
    const auto sent = stream_->send(std::as_bytes(std::span(header)));
    if (sent.error) end_connection(sent.error);
}

void session::send() {
    if (!connected()) return;
    if (stream_->was_full()) window_.unblock(clock::now());
    window_.open(shared_.now);
    while (window_.has_next()) {
        const auto piece = window_.fill(shared_.out);
        const auto now = clock::now();
        const auto taken = stream_->send(piece.bytes);
        window_.sent(piece, taken.bytes, now, *shared_.counts);
        if (taken.error == asio::error::would_block) return stream_->wake_when_writable();
        if (taken.error) {
            // What the server sent before it closed tells more than the failed send(2).
            receive(taken.error);
            if (connected()) end_connection(taken.error);
            return;
        }
    }
    if (window_.stays()) stream_->sent_all();
    // Where others alone could send, the thread sleeps until a frame of theirs is due.
    auto& timer = shared_.pace_timer;
    if (shared_.run.arrivals && may_send() && window_.next_due() < timer.expiry()) timer.cancel();
}

void session::receive(const net::stream::error_code& of_send) {
    if (!connected()) return;
    const auto got = stream_->receive(shared_.in);
    shared_.now = clock::now();
    next_event_ = net::stream::event::readable;
    if (got.error == asio::error::would_block) return turns_.on_no_input();
    // A reset is told once. Who has met it in send(2) then reads an end-of-stream.
    const bool was_reset =
        got.error == asio::error::eof && of_send == asio::error::connection_reset;
    if (got.error) return end_connection(was_reset ? of_send : got.error);
    // With a rate there are pauses between the frames, and so nothing to take a turn for.
    const bool full = got.bytes == shared_.in.size();
    if (!shared_.run.arrivals && turns_.on_input(full)) next_event_ = net::stream::event::turn;
    const auto echoed = window_.echoes().expected();
    const auto in = std::span(shared_.in).first(got.bytes);
    const bool matched = window_.accept(in, shared_.now, *shared_.counts);
    if (outage_ && window_.echoes().expected() > echoed) {
        end_outage();
        pauses_.begin_anew();
    }
    if (!matched) fail(failure::mismatch, window_.echoes().mismatch());
}

void session::half_close() {
    if (!connected()) return;
    stream_->shutdown_send();
    half_closed_ = true;
}

void session::expect_end() {
    if (!connected()) return;
    deadline_ = shared_.now + shared_.run.what.timeout;
    wake_at(deadline_);
}

/// The connection has ended, or could not be made.
void session::end_connection(const std::error_code& error) {
    const auto kind = kind_of(error);
    connecting_ = false;
    if (kind == failure::closed && half_closed_ && window_.awaited() == 0 &&
        window_.echoes().between_frames()) {
        state_ = state::ended;
        return;
    }
    const bool may_try_again = shared_.run.what.reconnect && !opening() && stream_;
    if (!may_try_again) return fail(kind, describe(kind, error));
    shared_.now = clock::now();
    if (connected()) {
        if (shared_.times.measures(shared_.now)) {
            ++shared_.counts->interrupted.disconnects.at(static_cast<std::size_t>(kind));
        }
        if (!outage_) outage_.emplace(shared_.now);
    }
    state_ = state::interrupted;
}

net::phase session::restore() {
    while (interrupted()) {
        co_await close_stream();
        deadline_ = shared_.now + pauses_.next();
        wake_at(deadline_);
        while (interrupted() && clock::now() < deadline_)
            co_await stream_->wait(net::stream::event::wake);
        alarm_.reset();
        if (interrupted()) co_await connect();
    }
}

void session::count_outage() {
    if (outage_) outage_->count(*shared_.counts, shared_.now, shared_.times);
}

void session::end_outage() {
    count_outage();
    outage_.reset();
}

void session::give_up() {
    const auto within = " within " + cli::duration_text(shared_.run.what.timeout);
    if (opening()) {
        fail(failure::timeout, "no connection" + within);
    } else if (interrupted()) {
        fail(failure::timeout, "not restored" + within + " of the end");
    } else if (connected() && window_.awaited() > 0) {
        const auto frame = std::to_string(window_.echoes().expected());
        fail(failure::timeout, "no echo of frame " + frame + within + " of the end");
    } else if (connected() && half_closed_) {
        fail(failure::timeout, "all echoes, and no end of the stream (FIN) after them" + within);
    }
}

bool session::abandon() noexcept {
    if (!opening()) return false;
    connecting_ = false;
    state_ = state::failed;
    return true;
}

std::string session::describe(failure kind, const std::error_code& error) const {
    auto what = kind == failure::closed ? "closed by the server" : error.message();
    if (kind != failure::closed && kind != failure::reset) return what;
    const auto missing = window_.awaited();
    if (half_closed_) {
        if (missing > 0) {
            return what + " with " + std::to_string(missing) + " of " +
                   std::to_string(window_.in_all()) + " echoes missing, after our FIN";
        }
        return what + (window_.echoes().between_frames() ? " after all echoes, in place of its FIN"
                                                         : " inside a heartbeat, after all echoes");
    }
    if (missing == 0) return what;
    if (window_.echoes().expected() > 0) {
        return what + " before the echo of frame " + std::to_string(window_.echoes().expected());
    }
    // The connection is the first in its place, and has not seen an echo: this server did not end
    // a service that had begun.
    return what +
           " before any echo; its limit of connections or of the frame size may be reached, it may "
           "be a proxy without a server behind it, or expect a PROXY header";
}

void session::fail(failure kind, const std::string& what) {
    count_outage();
    connecting_ = false;
    state_ = state::failed;
    shared_.counts->lost_frames += window_.awaited();
    shared_.counts->fail(kind, connector_.at_server(what));
}

net::phase session::close() {
    if (connected()) count_outage();
    return close_stream();
}

net::phase session::close_stream() {
    if (!stream_) return {};
    stream_->close();
    return stream_->waits_until_writable() ? await_stream() : net::phase();
}

/// The stream must not go while its handler is under way.
net::phase session::await_stream() {
    while (stream_->waits_until_writable())
        co_await stream_->wait(net::stream::event::turn);
}

net::phase session::pause_if_failed() {
    return failed() ? pause_for(failed_connection_pause) : net::phase();
}

net::phase session::pause_for(std::chrono::milliseconds length) {
    pause over(shared_.turns.executor(), length);
    co_await over;
}

void session::wake() {
    if (stream_) stream_->wake();
}

void session::wake_at(time_point at) {
    alarm_.emplace(shared_.turns.executor(), at);
    // It may be on its way when this session has gone.
    alarm_->async_wait([&shared = shared_, number = connection_ - shared_.first](auto error) {
        if (!error && shared.sessions[number] != nullptr) shared.sessions[number]->wake();
    });
}

}  // namespace pulsar::bench
