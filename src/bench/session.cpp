#include "pulsar/bench/session.hpp"

#include "pulsar/cli/values.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <bit>
#include <system_error>
#include <utility>

namespace pulsar::bench {

namespace asio = boost::asio;

namespace {

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
      frames_(frames),
      next_{frames.first},
      verifier_(shared.run.frames, connection, frames.first),
      sent_at_(std::bit_ceil(shared.run.what.pipeline)) {}

bool session::connect() {
    shared_.now = clock::now();
    // Where the server's queue is full this is called again: the time in front of it counts.
    if (connected_from_ == time_point()) connected_from_ = shared_.now;
    if (failed()) return true;
    try {
        const auto& server = shared_.run.server;
        stream_.emplace(shared_.turns, begin_connect(server, connection_));
        connecting_ = true;
        deadline_ = shared_.now + shared_.run.what.timeout;
    } catch (const std::system_error& error) {
        if (error.code() == std::errc::resource_unavailable_try_again) return false;
        end_connection(error.code());
    }
    return true;
}

void session::finish_connect() {
    if (failed()) return;
    shared_.now = clock::now();
    const auto error = stream_->connect_error();
    if (error == asio::error::would_block) {
        // What has not been connected yet is given up together with the others: worker.
        if (interrupted() && shared_.now >= deadline_)
            end_connection(std::make_error_code(std::errc::timed_out));
        return;
    }
    error ? end_connection(error) : begin_connection();
}

void session::begin_connection() {
    connecting_ = false;
    state_ = state::connected;
    connected_at_ = shared_.now;
    if (!outage_) return;
    if (!std::exchange(restored_, true)) ++shared_.counts->restored;
    if (shared_.run.what.mode == mode::idle) end_outage();
}

/// The end of the frames that this session will ever send.
std::uint64_t session::last() const noexcept {
    const auto in_all = saturating_sum(frames_.first, frames_.in_all);
    return std::min(in_all, saturating_sum(measured_from_, frames_.measured));
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

/// At the end, what is due by the rate and has room goes out: it is not late.
void session::begin_to_end() noexcept {
    if (final_ == unlimited && shared_.now >= shared_.times.end) {
        final_ = shared_.run.arrivals ? sendable() : begun();
    }
}

void session::begin_to_measure() noexcept {
    const auto& times = shared_.times;
    if (measured_from_ != unlimited || shared_.now < times.measured_from) return;
    measured_from_ = begun();
    if (!shared_.run.arrivals) return;
    // What the warm-up has left unsent, and has no room now, would take the place of what is
    // measured, for as long as the rate is too high.
    const auto warmup = times.measured_from - times.start - clock::duration(1);
    const auto due = shared_.run.arrivals->count(connection_, warmup);
    measured_from_ = std::min(due, verifier_.expected() + shared_.run.what.pipeline);
    skipped_ = due - measured_from_;
}

void session::send() {
    if (!connected()) return;
    begin_to_measure();
    begin_to_end();
    for (;;) {
        const auto end = std::max(sendable(), begun());
        if (next_.frame >= end) {
            // What it costs would not come back to a connection for one frame.
            if (shared_.run.what.mode != mode::churn) stream_->sent_all();
            return;
        }
        std::size_t size = 0;
        const auto filled = fill(end, size);
        const auto now = clock::now();
        const auto taken = stream_->send(std::span(shared_.out).first(size));
        const auto stamped = begun_here();
        next_ = taken.bytes == size ? filled : moved(taken.bytes);
        for (auto i = stamped; i < begun_here(); ++i) {
            if (i >= resent_until_) {
                sent_at_[i & (sent_at_.size() - 1)] = now;
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

session::position session::fill(std::uint64_t end, std::size_t& size) const noexcept {
    const std::span out(shared_.out);
    auto at = next_;
    while (at.frame < end && size < out.size()) {
        const auto frame = shared_.run.frames.at(connection_, at.frame);
        const auto count = std::min(frame.size() - at.offset, out.size() - size);
        shared_.run.frames.write(out.subspan(size, count), frame, at.offset);
        size += count;
        at.offset += count;
        if (at.offset == frame.size()) at = {at.frame + 1};
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
        at = {at.frame + 1, at.offset - size};
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
    if (outage_ && verifier_.expected() > expected) {
        end_outage();
        pauses_.begin_anew();
    }
    if (shared_.now >= shared_.times.measured_from) {
        shared_.counts->heartbeats += verifier_.heartbeats() - heartbeats;
    }
    if (!matched) fail(failure::mismatch, verifier_.mismatch());
}

void session::record(std::uint64_t from, std::uint64_t to) noexcept {
    const auto& run = shared_.run;
    for (auto i = std::max(from, measured_from_); i < to; ++i) {
        auto since = sent_at_[i & (sent_at_.size() - 1)];
        if (run.arrivals)
            since = shared_.times.start + run.arrivals->due(connection_, i + skipped_);
        if (run.what.mode == mode::churn) since = connected_from_;
        shared_.counts->latency.record(shared_.now - since);
        shared_.counts->payload_bytes += run.frames.at(connection_, i).payload_size;
    }
}

bool session::finished() const noexcept {
    if (!connected()) return failed();
    if (shared_.now < shared_.times.start || begun() > verifier_.expected()) return false;
    if (shared_.now >= shared_.times.end) return true;
    return next_.frame >= last() && shared_.run.what.mode != mode::idle;
}

std::uint64_t session::measured_frames() const noexcept {
    return begun() > measured_from_ ? begun() - measured_from_ : 0;
}

void session::give_up() {
    if (failed()) return;
    const auto within = " within " + cli::duration_text(shared_.run.what.timeout);
    if (opening()) {
        fail(failure::timeout, "no connection" + within);
    } else if (interrupted()) {
        fail(failure::timeout, "not restored" + within + " of the end");
    } else if (!finished()) {
        const auto frame = std::to_string(verifier_.expected());
        fail(failure::timeout, "no echo of frame " + frame + within + " of the end");
    }
}

void session::close() {
    if (stream_) stream_->close();
    if (!connected()) return;
    count_outage();
    if (!shared_.run.arrivals || shared_.times.start == time_point::max()) return;
    const auto wanted = std::min(due(), last());
    if (wanted > begun()) shared_.counts->unsent_frames += wanted - begun();
}

/// What is counted by second, and not what the warm-up or the wait after the end brings.
bool session::is_measured() const noexcept {
    return shared_.now >= shared_.times.measured_from && shared_.now < shared_.times.end;
}

void session::count_outage() {
    if (outage_) outage_->count(shared_.counts->interrupted, shared_.now, shared_.times);
}

void session::end_outage() {
    count_outage();
    outage_.reset();
    restored_ = false;
}

/// The connection has ended, or could not be made.
void session::end_connection(const std::error_code& error) {
    const auto kind = kind_of(error);
    const bool may_try_again = shared_.run.what.reconnect && !opening() && stream_;
    if (!may_try_again) return fail(kind, describe(kind, error));
    shared_.now = clock::now();
    if (connected()) {
        if (is_measured()) {
            ++shared_.counts->interrupted.disconnects.at(static_cast<std::size_t>(kind));
        }
        if (!outage_) outage_.emplace(shared_.now);
        // Where no echo can tell that the server is back, a connection that has held does.
        const bool idle = shared_.run.what.mode == mode::idle;
        if (idle && shared_.now - connected_at_ >= retry_pauses::longest) pauses_.begin_anew();
        resent_until_ = begun();
        next_ = {verifier_.expected()};
        verifier_.begin_frame();
    }
    connecting_ = false;
    state_ = state::interrupted;
    deadline_ = shared_.now + pauses_.next();
}

std::string session::describe(failure kind, const std::error_code& error) const {
    auto what = kind == failure::closed ? "closed by the server" : error.message();
    const bool by_server = kind == failure::closed || kind == failure::reset;
    if (by_server && begun() > frames_.first && verifier_.expected() == frames_.first) {
        what +=
            " before any echo; its limit of connections or of the frame size may be reached, "
            "or it expects a PROXY header";
    } else if (by_server && begun() > verifier_.expected()) {
        what += " before the echo of frame " + std::to_string(verifier_.expected());
    }
    return what;
}

void session::fail(failure kind, const std::string& what) {
    count_outage();
    connecting_ = false;
    state_ = state::failed;
    shared_.counts->lost_frames += begun() - verifier_.expected();
    shared_.counts->fail(kind, what);
}

}  // namespace pulsar::bench
