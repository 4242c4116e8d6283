// How a connection must stand while it waits, and how it must end.

#include "contract.hpp"
#include "require.hpp"
#include "scripted_clock.hpp"
#include "scripted_memory.hpp"
#include "scripted_socket.hpp"

#include <algorithm>
#include <cerrno>

namespace pulsar::fuzz {

using namespace std::chrono_literals;
using net::close_reason;

namespace {

/// Whether what must happen once `limit` has passed since `since` has been left out.
bool overdue(net::time_point since, std::chrono::nanoseconds limit) {
    return limit > 0ms && now - since >= limit;
}

}  // namespace

void contract::check_waiting(const scripted_socket& socket) const {
    require(!heap.has_failed() && errors_.empty() && !read_fin_ && !cut_off_);
    check_memory();
    if (lingering()) {
        check_lingering(socket);
    } else if (owed_.unsent().empty()) {
        check_silent(socket);
    } else {
        check_blocked(socket);
    }
}

/// At most a frame and a read, and in proportion to what has arrived; nothing in a quiet time.
void contract::check_memory() const {
    const auto heartbeat = std::size_t{13};
    const auto scratch = std::size_t{256} * 1024;
    require(heap.held() <= options_.max_frame_size + 4 + scratch + heartbeat);
    require(heap.held() <= 8 * (owed_.most_held() + heartbeat));
    require(heap.held() == 0 || owed_.partial() > 0 || !owed_.unsent().empty());
}

void contract::check_blocked(const scripted_socket& socket) const {
    require(socket.window() == 0 && !socket.broken());
    const auto limit = std::chrono::nanoseconds(options_.write_timeout);
    const auto since = std::max({blocked_at_, last_progress_, last_jump_});
    require(!overdue(since, limit + limit / 8));  // progress is looked for eight times
}

void contract::check_silent(const scripted_socket& socket) const {
    require(!owed_.too_large());
    require(socket.unread() == 0 && !socket.fin_in() && !socket.broken());
    if (draining()) {
        require(owed_.partial() > 0);
        require(!overdue(std::max(last_read_, *drained_at_), 1s));
        return;
    }
    require(!overdue(std::max(last_read_, last_heartbeat_), options_.heartbeat_interval));
    require(!overdue(last_read_, options_.idle_timeout));
    require(owed_.partial() == 0 || !overdue(frame_began_, options_.frame_timeout));
}

void contract::check_lingering(const scripted_socket& socket) const {
    require(!lingered_);
    require(!overdue(std::max({*fin_sent_at_, last_progress_, last_jump_}), 2s));
    if (discardable_ > 0) {
        require(socket.unread() == 0 && !socket.fin_in() && !socket.broken());
    } else if (socket.unacked() == 0) {
        require(!overdue(std::max({last_discard_, last_progress_, last_jump_}), 21ms));
    }
}

void contract::check_closed(const net::connection_record& record,
                            const scripted_socket& socket) const {
    const auto reason = record.reason;
    require(socket.closed() && closed_by_reset_ == net::is_abort(reason));
    if (heap.has_failed()) {
        require(reason == close_reason::out_of_memory);
    } else if (cut_off_) {
        require(reason == close_reason::drain_timeout);
    } else if (!errors_.empty()) {
        const bool reset = errors_.contains(ECONNRESET) || errors_.contains(EPIPE);
        require(reason == (reset ? close_reason::peer_reset : close_reason::io_error));
        require(!record.error.empty());
    } else if (read_fin_ && !*closed_by_reset_) {
        require(reason ==
                (owed_.partial() > 0 ? close_reason::truncated_frame : close_reason::peer_closed));
    } else {
        require(reasons_.contains(reason));
    }

    require(record.traffic.frames.get() == owed_.frames());
    require(record.traffic.bytes_in.get() == owed_.counted_in());
    require(record.traffic.bytes_out.get() == bytes_out_ && socket.output().size() == bytes_out_);
    require(record.traffic.heartbeats.get() == heartbeats_);
    require(record.last_read_at.load() == last_read_);
    if (!heap.has_failed()) require(record.dropped_partial == (owed_.partial() > 0));
}

}  // namespace pulsar::fuzz
