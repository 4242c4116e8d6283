#include "pulsar/bench/session.hpp"

#include "pulsar/bench/pause.hpp"
#include "pulsar/cli/values.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <bit>
#include <system_error>
#include <utility>

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

std::uint64_t saturating_sum(std::uint64_t a, std::uint64_t b) noexcept {
    return a > unlimited - b ? unlimited : a + b;
}

}  // namespace

session::session(thread_state& shared, std::uint32_t connection, const allowance& frames)
    : shared_(shared),
      connection_(connection),
      connector_(shared.connectors[connection - shared.first]),
      frames_(frames),
      beginning_(shared.run.frames.begin()),
      next_{frames.first, beginning_},
      verifier_(shared.run.frames, connection, frames.first),
      since_(std::bit_ceil(shared.run.what.pipeline)) {
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
    room_.begin(0, shared_.now);
    if (stays()) stream_->sent_all();
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

/// The end of the frames that this session will ever send.
std::uint64_t session::last() const noexcept {
    const auto in_all = saturating_sum(frames_.first, frames_.in_all);
    return std::min(in_all, saturating_sum(first_measured_, frames_.measured));
}

/// With a rate: the end of the frames that are due.
std::uint64_t session::due() const noexcept {
    const auto& times = shared_.times;
    // What is due at the end itself is not sent.
    const auto until = std::min(shared_.now, times.end - clock::duration(1));
    return shared_.run.arrivals->count(connection_, until - times.start) - skipped_;
}

/// The end of the frames that may be sent now.
std::uint64_t session::sendable() const noexcept {
    const auto& times = shared_.times;
    if (shared_.now < times.start) return next_.frame;
    const auto room = saturating_sum(verifier_.expected(), shared_.run.what.pipeline);
    const auto end = std::min({room, last(), final_});
    return shared_.run.arrivals ? std::min(end, due()) : end;
}

/// At the end, what is due by the rate and has room goes out: it is not late. A connection of a
/// number of frames sends them all.
void session::begin_to_end() noexcept {
    if (final_ == unlimited && stays() && over()) {
        final_ = shared_.run.arrivals ? sendable() : begun();
    }
}

void session::begin_to_measure() noexcept {
    const auto& times = shared_.times;
    if (first_measured_ != unlimited || shared_.now < times.measured_from) return;
    first_measured_ = begun();
    if (!shared_.run.arrivals) return;
    // What the warm-up has left unsent, and has no room now, would take the place of what is
    // measured, for as long as the rate is too high.
    const auto warmup = times.measured_from - times.start - clock::duration(1);
    const auto due = shared_.run.arrivals->count(connection_, warmup);
    first_measured_ = std::min(due, verifier_.expected() + shared_.run.what.pipeline);
    skipped_ = due - first_measured_;
}

void session::send() {
    if (!connected()) return;
    begin_to_measure();
    begin_to_end();
    const bool paced = shared_.run.arrivals.has_value();
    if (stream_->was_full()) room_.begin(begun_here(), clock::now());
    for (;;) {
        const auto end = std::max(sendable(), begun());
        if (next_.frame >= end) {
            if (stays()) stream_->sent_all();
            return;
        }
        std::size_t size = 0;
        const auto filled = fill(end, size);
        const auto now = clock::now();
        const auto since = frames_.from_connect ? connect_began_at_ : now;
        const auto taken = stream_->send(std::span(shared_.out).first(size));
        const auto stamped = begun_here();
        next_ = taken.bytes == size ? filled : moved(taken.bytes);
        for (auto i = stamped; i < begun_here(); ++i) {
            if (i >= resent_until_) {
                since_[i & (since_.size() - 1)] = paced ? note_lag(i, now) : since;
            } else if (is_measured()) {
                ++shared_.counts->interrupted.resent_frames;
            }
        }
        if (taken.error == asio::error::would_block) return stream_->wake_when_writable();
        if (taken.error) {
            // What the server sent before it closed tells more than the failed send(2).
            receive(taken.error);
            if (connected()) end_connection(taken.error);
            return;
        }
    }
}

/// Of a frame that is sent now: returns when it was due.
time_point session::note_lag(std::uint64_t frame, time_point now) noexcept {
    const auto& run = shared_.run;
    const auto due = shared_.times.start + run.arrivals->due(connection_, frame + skipped_);
    if (frame >= first_measured_) {
        const auto own = now - std::max(due, room_.since(frame));
        shared_.counts->send_lag.record(std::max(own, shared_.hiccup.delay(due)));
    }
    return due;
}

session::position session::fill(std::uint64_t end, std::size_t& size) const noexcept {
    const std::span out(shared_.out);
    auto at = next_;
    while (at.frame < end && size < out.size()) {
        const auto frame = shared_.run.frames.at(connection_, at.frame);
        const auto whole = frame.size();
        const auto count = std::min(whole - at.offset, out.size() - size);
        shared_.run.frames.write(out.subspan(size, count), frame, at.offset);
        size += count;
        at.offset += count;
        if (at.offset == whole) at = {at.frame + 1, beginning_};
    }
    return at;
}

/// Where a send of so many bytes of what fill() wrote has got to.
session::position session::moved(std::size_t bytes) const noexcept {
    auto at = next_;
    at.offset += bytes;
    for (;;) {
        const auto size = shared_.run.frames.at(connection_, at.frame).size();
        if (at.offset < size) return at;
        at = {at.frame + 1, beginning_ + at.offset - size};
    }
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
    const auto expected = verifier_.expected();
    const auto heartbeats = verifier_.heartbeats();
    const bool matched = verifier_.accept(std::span(shared_.in).first(got.bytes), begun_here());
    record(expected, verifier_.expected());
    if (verifier_.expected() > expected) {
        room_.begin(expected + shared_.run.what.pipeline, shared_.now);
        if (outage_) {
            end_outage();
            pauses_.begin_anew();
        }
    }
    if (shared_.now >= shared_.times.measured_from) {
        shared_.counts->heartbeats += verifier_.heartbeats() - heartbeats;
    }
    if (!matched) fail(failure::mismatch, verifier_.mismatch());
}

void session::record(std::uint64_t from, std::uint64_t to) noexcept {
    const auto& run = shared_.run;
    for (auto i = std::max(from, first_measured_); i < to; ++i) {
        shared_.counts->latency.record(shared_.now - since_[i & (since_.size() - 1)]);
        shared_.counts->payload_bytes += run.frames.at(connection_, i).payload_size;
    }
}

bool session::finished() const noexcept {
    if (shared_.now < shared_.times.start || begun() > verifier_.expected()) return false;
    return sent_all() || (stays() && over());
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

std::uint64_t session::measured_frames() const noexcept {
    return begun() > first_measured_ ? begun() - first_measured_ : 0;
}

void session::give_up() {
    const auto within = " within " + cli::duration_text(shared_.run.what.timeout);
    if (opening()) {
        fail(failure::timeout, "no connection" + within);
    } else if (interrupted()) {
        fail(failure::timeout, "not restored" + within + " of the end");
    } else if (connected() && begun() > verifier_.expected()) {
        const auto frame = std::to_string(verifier_.expected());
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

/// What is counted by second, and not what the warm-up or the wait after the end brings.
bool session::is_measured() const noexcept {
    return shared_.now >= shared_.times.measured_from && shared_.now < shared_.times.end;
}

void session::count_outage() {
    if (outage_) outage_->count(*shared_.counts, shared_.now, shared_.times);
}

void session::end_outage() {
    count_outage();
    outage_.reset();
}

/// The connection has ended, or could not be made.
void session::end_connection(const std::error_code& error) {
    const auto kind = kind_of(error);
    connecting_ = false;
    if (kind == failure::closed && half_closed_ && echoed_all()) {
        state_ = state::ended;
        return;
    }
    const bool may_try_again = shared_.run.what.reconnect && !opening() && stream_;
    if (!may_try_again) return fail(kind, describe(kind, error));
    shared_.now = clock::now();
    if (connected()) {
        if (is_measured()) {
            ++shared_.counts->interrupted.disconnects.at(static_cast<std::size_t>(kind));
        }
        if (!outage_) outage_.emplace(shared_.now);
        resent_until_ = begun();
        next_ = {verifier_.expected(), beginning_};
        verifier_.begin_frame();
    }
    state_ = state::interrupted;
}

std::string session::describe(failure kind, const std::error_code& error) const {
    auto what = kind == failure::closed ? "closed by the server" : error.message();
    if (kind != failure::closed && kind != failure::reset) return what;
    const auto missing = begun() - verifier_.expected();
    if (half_closed_) {
        const auto frames = std::to_string(begun() - frames_.first);
        if (missing > 0) {
            return what + " with " + std::to_string(missing) + " of " + frames +
                   " echoes missing, after our FIN";
        }
        return what + (verifier_.between_frames() ? " after all echoes, in place of its FIN"
                                                  : " inside a heartbeat, after all echoes");
    }
    if (missing == 0) return what;
    if (verifier_.expected() > 0) {
        return what + " before the echo of frame " + std::to_string(verifier_.expected());
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
    shared_.counts->lost_frames += begun() - verifier_.expected();
    shared_.counts->fail(kind, connector_.at_server(what));
}

}  // namespace pulsar::bench
