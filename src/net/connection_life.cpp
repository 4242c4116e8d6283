// What happens to a connection beside its traffic: silence, deadlines, the drain, and its end.

#include "connection_log.hpp"
#include "pulsar/net/connection.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>

namespace pulsar::net {

using namespace std::chrono_literals;
namespace error = boost::asio::error;

namespace {

// Between two bytes of a frame that is finished during a drain.
constexpr auto drain_grace = 1s;

// What linger() discards, beyond what was there when it began.
constexpr auto linger_timeout = 1s;
constexpr std::size_t linger_bytes = std::size_t{64} * 1024;

// No event tells that the peer has acknowledged everything.
constexpr auto ack_check = 20ms;

// A write timeout is checked this often, so that progress is not found long after it was made.
constexpr int checks_per_write_timeout = 8;

}  // namespace

connection::step connection::wait_for_input() {
    wait_until(next_deadline());
    return step::readable;
}

std::optional<close_reason> connection::timed_out(time_point now) const noexcept {
    if (draining()) {
        if (now >= quiet_since_ + drain_grace) return close_reason::drained;
        return std::nullopt;
    }
    if (options_.frame_timeout > 0ms && !buffer_.partial().empty() &&
        now >= frame_started_at_ + options_.frame_timeout) {
        return close_reason::frame_timeout;
    }
    if (options_.idle_timeout > 0ms &&
        now >= record_.last_read_at.load(std::memory_order_relaxed) + options_.idle_timeout) {
        return close_reason::idle_timeout;
    }
    return std::nullopt;
}

bool connection::heartbeat_due(time_point now) const noexcept {
    return options_.heartbeat_interval > 0ms && !draining() &&
           now >= quiet_since_ + options_.heartbeat_interval;
}

connection::step connection::send_heartbeat(time_point now) {
    const auto due = quiet_since_ + options_.heartbeat_interval;
    // Intervals that were missed, because the process was stopped, collapse into this one.
    quiet_since_ = now < due + options_.heartbeat_interval ? due : now;
    const auto frame = protocol::heartbeat_frame();
    const auto sent = send(frame);
    if (leaving_) return step::finish;
    record_.traffic.heartbeats.add(1);
    loop_.traffic.heartbeats.add(1);
    log_heartbeat(record_, now);
    if (sent == frame.size()) return wait_for_input();
    buffer_.put_first(frame.subspan(sent));
    return blocked();
}

connection::step connection::blocked() {
    if (options_.write_timeout == 0ms) return step::writable;
    const auto now = clock::now();
    const auto outstanding = buffer_.unsent().size() + stream_.unacked();
    if (outstanding < outstanding_) {
        outstanding_ = outstanding;
        progress_at_ = now;
    } else if (now >= progress_at_ + options_.write_timeout) {
        return leave(close_reason::write_timeout);
    }
    check_at_ = std::min(progress_at_ + options_.write_timeout,
                         now + clock::duration(options_.write_timeout) / checks_per_write_timeout);
    wait_until(check_at_);
    return step::writable;
}

time_point connection::next_deadline() const noexcept {
    if (lingering_ || !buffer_.unsent().empty()) return check_at_;
    if (draining()) return quiet_since_ + drain_grace;
    auto next = time_point::max();
    if (options_.heartbeat_interval > 0ms) next = quiet_since_ + options_.heartbeat_interval;
    if (options_.idle_timeout > 0ms) {
        next = std::min(
            next, record_.last_read_at.load(std::memory_order_relaxed) + options_.idle_timeout);
    }
    if (options_.frame_timeout > 0ms && !buffer_.partial().empty()) {
        next = std::min(next, frame_started_at_ + options_.frame_timeout);
    }
    return next;
}

void connection::wait_until(time_point deadline) {
    if (deadline == time_point::max()) return;
    if (!scheduled() || deadline < at()) loop_.schedule(*this, deadline);
}

void connection::on_deadline(time_point now) {
    const auto next = next_deadline();
    if (next <= now) return stream_.wake();
    wait_until(next);
}

void connection::drain(time_point now) {
    if (draining() || leaving_) return;
    quota_ = stream_.unread();
    quiet_since_ = now;
    stream_.wake();
}

void connection::cut_off() {
    cut_off_ = true;
    stream_.wake();
}

connection::step connection::leave(close_reason reason) {
    const auto partial = buffer_.partial().size();
    const auto announced =
        frame_size_ == 0 ? std::nullopt : std::optional(frame_size_ - protocol::header_size);
    switch (reason) {
        case close_reason::truncated_frame:
            log_truncated_frame(record_, announced, partial);
            break;
        case close_reason::frame_timeout:
            log_frame_timeout(record_, announced, partial);
            break;
        case close_reason::write_timeout:
            log_write_timeout(record_, buffer_.unsent().size());
            break;
        default:
            break;
    }
    record_.dropped_partial = partial > 0;
    buffer_.drop_partial();
    leaving_ = reason;
    return is_abort(reason) || buffer_.unsent().empty() ? step::finish : blocked();
}

connection::step connection::linger() {
    if (cut_off_) leaving_ = close_reason::drain_timeout;
    if (is_abort(*leaving_) || peer_sent_fin_) return step::finish;
    if (!lingering_) {
        lingering_ = true;
        stream_.shutdown_send();
        linger_until_ = clock::now() + linger_timeout;
        discardable_ = stream_.unread() + linger_bytes;
        outstanding_ = stream_.unacked();
    }
    if (discardable_ > 0) {
        const auto scratch = loop_.scratch();
        const auto got = stream_.receive(scratch.first(std::min(scratch.size(), discardable_)));
        discardable_ -= got.bytes;
        if (!got.error) return step::turn;
        if (got.error != error::would_block) return step::finish;
    } else if (stream_.unacked() == 0) {
        return step::finish;
    }
    const auto now = clock::now();
    if (now >= linger_until_) {
        // While the peer takes more of what it is owed, a reset would destroy the rest of it.
        const auto outstanding = stream_.unacked();
        if (outstanding == 0 || outstanding >= outstanding_) return step::finish;
        outstanding_ = outstanding;
        linger_until_ = now + linger_timeout;
    }
    check_at_ = discardable_ > 0 ? linger_until_ : std::min(linger_until_, now + ack_check);
    wait_until(check_at_);
    return discardable_ > 0 ? step::readable : step::timer;
}

void connection::fail(close_reason reason, std::string_view what) {
    leaving_ = reason;
    record_.error = what;
}

void connection::close() noexcept {
    record_.reason = *leaving_;
    record_.dropped_partial = record_.dropped_partial || !buffer_.partial().empty();
    if (is_abort(record_.reason)) {
        stream_.reset();
    } else {
        stream_.close();
    }
    log_closed(record_);
}

}  // namespace pulsar::net
