#include "pulsar/net/connection.hpp"

#include "connection_log.hpp"
#include "proxy_text.hpp"
#include "pulsar/log/event.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace pulsar::net {

using namespace std::chrono_literals;
namespace error = boost::asio::error;
using event = stream::event;

namespace {

constexpr clock::duration longest_header = 60s;  // where no frame timeout says so

// Between two bytes of a frame that is finished during a drain.
constexpr auto drain_grace = 1s;

// How long a lingering peer need not acknowledge anything, and what is discarded of its input,
// beyond what was there when the linger began.
constexpr clock::duration linger_patience = 1s;
constexpr std::size_t linger_bytes = std::size_t{64} * 1024;
constexpr auto longest_delivery = 30s;  // while leaving, where no write timeout says so

// No event tells that the peer has acknowledged something. The longer that takes, the more rarely
// it is looked for: by the time passed, or as part of the write timeout.
constexpr clock::duration shortest_pause = 10ms;
constexpr int polls_per_time_passed = 4;
constexpr int polls_per_timeout = 8;

close_reason reason_of(const stream::error_code& error) noexcept {
    return error == error::connection_reset || error == error::broken_pipe
               ? close_reason::peer_reset
               : close_reason::io_error;
}

}  // namespace

connection::connection(event_loop& loop, unique_socket socket, const connection_options& options,
                       connection_record& record)
    : loop_(loop),
      options_(options),
      record_(record),
      stream_(loop.turns(), std::move(socket)),
      buffer_(loop.buffers()),
      silence_restarted_at_(record.opened_at) {
    loop_.add(*this);
}

connection::~connection() {
    if (!record_.in_order) note_path();
    if (!buffer_.partial().empty()) record_.dropped_partial = true;
}

connection::input_awaiter connection::next_input() {
    if (leaving_ || turns_.taken()) return {*this, event::turn};
    if (!std::exchange(has_sent_, false) && !buffer_.partial().empty()) stream_.acknowledge();
    deadline_ = next_deadline().at;
    watch_deadline();
    return {*this, event::readable};
}

/// Takes what has come, within the bounds of one turn.
input connection::receive() {
    if (leaving_) return input::end;
    if (cut_off_) return leave(close_reason::drain_timeout);
    if (quota_ == 0) {
        if (buffer_.partial().empty()) return leave(close_reason::drained);
        quota_ = missing();
    }
    auto room = buffer_.prepare(loop_.scratch(), frame_size_);
    room = room.first(std::min(room.size(), quota_));
    const auto got = stream_.receive(room);
    if (got.error == error::would_block) return on_no_input();
    if (got.error) return on_receive_error(got.error);

    buffer_.received(got.bytes);
    if (draining()) quota_ -= got.bytes;
    turns_.on_input(draining() || got.bytes == room.size());
    return record_.opened ? take(got.bytes) : take_header();
}

/// Bytes that what has begun needs at least.
std::size_t connection::missing() const noexcept {
    const auto held = buffer_.partial();
    if (!record_.opened) return protocol::read_proxy_header(held).size;
    return (frame_size_ == 0 ? protocol::header_size : frame_size_) - held.size();
}

/// Looks for frames in the input, of which `fresh` bytes are new. A call of its own would cost each
/// echo a hundredth of its instructions.
input connection::take(std::size_t fresh) {
    const auto scan = protocol::scan(buffer_.input(), options_.max_frame_size);
    note(scan, fresh, clock::now());
    complete_ = scan.complete;
    if (scan.rest == protocol::decode_error::too_large) {
        log_frame_too_large(record_, scan.announced, options_.max_frame_size);
        buffer_.drop_partial();
        buffer_.truncate(complete_);
        leave(close_reason::frame_too_large);
    }
    if (complete_ > 0) return input::frames;
    buffer_.keep(0, 0, frame_size_);
    return leaving_ ? input::end : input::none;
}

void connection::note(const protocol::scan_result& scan, std::size_t fresh, time_point now) {
    const auto held = buffer_.partial().size();
    const auto rest = buffer_.input().size() - scan.complete;
    const bool too_large = scan.rest == protocol::decode_error::too_large;
    const auto discarded = too_large ? rest - protocol::header_size : 0;
    if (scan.complete > 0 || held == 0) frame_started_at_ = now;
    frame_size_ = rest < protocol::header_size ? 0 : protocol::header_size + scan.announced;
    record_.last_read_at.store(now, std::memory_order_relaxed);
    for (auto* traffic : {&record_.traffic, &loop_.traffic}) {
        traffic->frames.add(scan.frames);
        traffic->bytes_in.add(fresh - discarded);
    }
}

phase connection::proxy_header() {
    while (!record_.opened) {
        if (!buffer_.partial().empty()) stream_.acknowledge();
        co_await wait(event::readable, header_deadline().at);
        const auto in = receive();
        if (in == input::frames) co_await echo();
    }
}

/// It is held like the beginning of a frame, and in a drain counts as one.
input connection::take_header() {
    record_.last_read_at.store(clock::now(), std::memory_order_relaxed);
    const auto header = protocol::read_proxy_header(buffer_.input());
    switch (header.is) {
        case protocol::proxy_header::state::complete:
            return on_header(header);
        case protocol::proxy_header::state::bad:
            buffer_.drop_partial();  // it is not unfinished
            return on_bad_header(header.error);
        case protocol::proxy_header::state::incomplete:
            buffer_.keep(0, 0, 0);
    }
    return input::none;
}

input connection::on_header(const protocol::proxy_header& header) {
    if (header.source.is != protocol::proxy_address::family::none) {
        record_.set_client(std::make_unique<const std::string>(to_string(header.source)));
    }
    log_opened(record_, stream_.descriptor(), &header);
    buffer_.skip(header.size);
    if (buffer_.input().empty()) {
        stream_.acknowledge();  // a client may wait for that with its first frame
        if (quota_ == 0) quota_ = protocol::header_size;
    }
    return take(buffer_.input().size());
}

input connection::on_bad_header(std::string_view error) {
    log_opened(record_, stream_.descriptor());
    log_bad_proxy_header(record_, buffer_.input(), error);
    return leave(close_reason::bad_proxy_header);
}

input connection::on_no_input() {
    turns_.on_no_input();
    const auto next = record_.opened ? next_deadline() : header_deadline();
    if (clock::now() < next.at) return input::none;
    if (next.end == close_reason::bad_proxy_header) return on_bad_header("incomplete for too long");
    return next.end ? leave(*next.end) : input::silence;
}

input connection::on_receive_error(const stream::error_code& error) {
    if (error != error::eof) {
        fail(reason_of(error), error);
        return input::end;
    }
    peer_sent_fin_ = true;
    if (buffer_.partial().empty()) return leave(close_reason::peer_closed);
    return record_.opened ? leave(close_reason::truncated_frame) : on_bad_header("cut off by FIN");
}

input connection::leave(close_reason reason) {
    log_opened(record_, stream_.descriptor());
    const auto partial = buffer_.partial().size();
    const auto announced =
        frame_size_ == 0 ? std::nullopt : std::optional(frame_size_ - protocol::header_size);
    if (reason == close_reason::truncated_frame || reason == close_reason::frame_timeout) {
        log_unfinished_frame(record_, reason, announced, partial);
    }
    record_.dropped_partial = partial > 0;
    buffer_.drop_partial();
    leaving_ = reason;
    close_by_ = clock::now() + linger_patience +
                (options_.write_timeout > 0ms ? options_.write_timeout : longest_delivery);
    return input::end;
}

void connection::fail(close_reason reason, const stream::error_code& why) {
    log_opened(record_, stream_.descriptor());
    record_.end(reason, reason == close_reason::io_error ? log::describe(why.value()) : "");
    leaving_ = record_.reason;
}

phase connection::echo() {
    const auto sent = send(buffer_.input().first(complete_));
    buffer_.keep(sent, complete_, frame_size_);
    return sent == complete_ || failed() ? phase() : deliver(buffer_.unsent());
}

phase connection::heartbeat() {
    const auto now = clock::now();
    const auto due = heartbeat_at();
    // Intervals that were missed, because the process was stopped, collapse into this one.
    silence_restarted_at_ = now < due + options_.heartbeat_interval ? due : now;
    const auto frame = protocol::heartbeat_frame();
    const auto sent = send(frame);
    if (failed()) return {};
    record_.traffic.heartbeats.add(1);
    loop_.traffic.heartbeats.add(1);
    log_heartbeat(record_, now);
    return sent == frame.size() ? phase() : deliver(frame.subspan(sent));
}

/// Sends what the peer did not take at once. Nothing is received before it has all of it.
phase connection::deliver(std::span<const std::byte> rest) {
    const clock::duration timeout = options_.write_timeout;
    auto owed = unlimited;
    time_point progress_at;
    while (!rest.empty()) {
        const auto now = clock::now();
        const auto left = rest.size() + stream_.unacked();
        if (left < owed) {
            owed = left;
            progress_at = now;
        }
        auto poll_at = close_by_;
        if (timeout > 0ms) {
            if (now >= progress_at + timeout) {
                log_write_timeout(record_, rest.size());
                co_return fail(close_reason::write_timeout);
            }
            poll_at = std::min({poll_at, progress_at + timeout, now + timeout / polls_per_timeout});
        }
        if (now >= close_by_) co_return;
        co_await wait(event::writable, poll_at);
        if (cut_off_) co_return fail(close_reason::drain_timeout);
        rest = rest.subspan(send(rest));
        if (failed()) co_return;
    }
    buffer_.drop_unsent();
    stream_.forget_writable();
    frame_started_at_ = clock::now();  // the time in which nothing was read does not count
    turns_.on_input(true);             // what has come in it, and a drain, woke nobody
}

phase connection::linger() {
    const bool may_lose_nothing = failed() || peer_sent_fin_ || !buffer_.unsent().empty();
    return may_lose_nothing ? phase() : discard_input();
}

phase connection::discard_input() {
    stream_.shutdown_send();
    const auto begun_at = clock::now();
    auto patient_until = std::min(begun_at + linger_patience, close_by_);
    auto owed = stream_.unacked();
    auto discardable = stream_.unread() + linger_bytes;
    while (!cut_off_) {
        if (discardable > 0) {
            const auto scratch = loop_.scratch();
            const auto got = stream_.receive(scratch.first(std::min(scratch.size(), discardable)));
            discardable -= got.bytes;
            if (!got.error) {
                co_await stream_.wait(event::turn);
                continue;
            }
            if (got.error != error::would_block) co_return;  // the peer's FIN
        }
        const auto now = clock::now();
        const auto left = stream_.unacked();
        if (discardable == 0 && left == 0) co_return;
        if (now >= patient_until) {
            // While the peer takes more of what it is owed, a reset would destroy the rest of it.
            if (left == 0 || left >= owed || now >= close_by_) co_return;
            owed = left;
            patient_until = std::min(now + linger_patience, close_by_);
        }
        const auto pause = std::max(shortest_pause, (now - begun_at) / polls_per_time_passed);
        if (discardable > 0) {
            co_await wait(event::readable, patient_until);
        } else {
            co_await wait(event::wake, std::min(patient_until, now + pause));
        }
    }
    fail(close_reason::drain_timeout);
}

void connection::close() noexcept {
    record_.reason = *leaving_;
    if (peer_sent_fin_ || *leaving_ == close_reason::peer_reset) record_.release_place();
    record_.in_order = !failed() && buffer_.unsent().empty();
    if (!record_.in_order) return;
    note_path();
    stream_.close();
}

/// A system call, for the line alone.
void connection::note_path() noexcept {
    if (logs_closed()) record_.path = stream_.path();
}

std::size_t connection::send(std::span<const std::byte> frames) {
    const auto taken = stream_.send(frames);
    record_.traffic.bytes_out.add(taken.bytes);
    loop_.traffic.bytes_out.add(taken.bytes);
    has_sent_ = true;
    if (taken.error && taken.error != error::would_block) fail(reason_of(taken.error), taken.error);
    return taken.bytes;
}

stream::awaiter connection::wait(event until, time_point limit) {
    deadline_ = limit;
    watch_deadline();
    return stream_.wait(until);
}

/// The loop's entry may be an earlier one: traffic moves the deadline back, and leaves the entry.
void connection::watch_deadline() {
    if (deadline_ == time_point::max()) return;
    if (!scheduled() || deadline_ < at()) loop_.schedule(*this, deadline_);
}

void connection::on_deadline(time_point now) {
    if (deadline_ <= now) return stream_.wake();
    watch_deadline();
}

void connection::drain(time_point now) {
    if (draining() || leaving_) return;
    quota_ = stream_.unread();
    silence_restarted_at_ = now;
    stream_.wake();
}

void connection::cut_off() {
    cut_off_ = true;
    stream_.wake();
}

connection::deadline connection::next_deadline() const noexcept {
    const auto last_read_at = record_.last_read_at.load(std::memory_order_relaxed);
    if (draining()) {
        return {std::max(last_read_at, silence_restarted_at_) + drain_grace, close_reason::drained};
    }
    deadline next{heartbeat_at(), std::nullopt};
    const auto consider = [&next](time_point since, clock::duration limit, close_reason end) {
        if (limit > 0ms && since + limit <= next.at) next = {since + limit, end};
    };
    consider(last_read_at, options_.idle_timeout, close_reason::idle_timeout);
    if (!buffer_.partial().empty()) {
        consider(frame_started_at_, options_.frame_timeout, close_reason::frame_timeout);
    }
    return next;
}

connection::deadline connection::header_deadline() const noexcept {
    if (draining()) return next_deadline();
    const auto in_time = options_.frame_timeout > 0ms ? options_.frame_timeout : longest_header;
    const deadline whole{record_.opened_at + in_time, close_reason::bad_proxy_header};
    const auto last_read_at = record_.last_read_at.load(std::memory_order_relaxed);
    const deadline idle{last_read_at + options_.idle_timeout, close_reason::idle_timeout};
    return options_.idle_timeout > 0ms && idle.at < whole.at ? idle : whole;
}

time_point connection::heartbeat_at() const noexcept {
    if (options_.heartbeat_interval == 0ms) return time_point::max();
    const auto last_read_at = record_.last_read_at.load(std::memory_order_relaxed);
    return std::max(last_read_at, silence_restarted_at_) + options_.heartbeat_interval;
}

}  // namespace pulsar::net
