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

/// At most a frame and a read, and in proportion to what has arrived: eight times as much; in a
/// block that may be an eighth larger than asked for. Nothing in a quiet time.
void contract::check_memory() const {
    const auto of_a_mapping = std::size_t{2048};
    const auto scratch = std::size_t{256} * 1024;
    require(heap.held() <= 9 * (options_.max_frame_size + 4 + scratch) / 8 + of_a_mapping);
    require(heap.held() <= 9 * std::max(owed_.most_held(), header_.size()) + of_a_mapping);
    require(heap.held() == 0 || holds_a_part() || !owed_.unsent().empty());
}

void contract::check_blocked(const scripted_socket& socket) const {
    require(socket.window() == 0 && !socket.broken());
    const auto limit = std::chrono::nanoseconds(options_.write_timeout);
    const auto since = std::max({blocked_at_, last_progress_, last_jump_});
    require(!overdue(since, limit + limit / 8));  // progress is looked for eight times
    require(!out_of_patience() || now == last_jump_);
}

void contract::check_silent(const scripted_socket& socket) const {
    require(!owed_.too_large() && !bad_header_);
    require(socket.unread() == 0 && !socket.fin_in() && !socket.broken());
    if (draining()) {
        require(holds_a_part() || (header_in_drain_ && owed_.received() == 0));
        require(!overdue(std::max(last_read_, *drained_at_), 1s));
        return;
    }
    require(!overdue(last_read_, options_.idle_timeout));
    if (header_due_) {
        require(!overdue(accepted_at_, longest_header()));
        return;
    }
    require(!overdue(std::max(last_read_, last_heartbeat_), options_.heartbeat_interval));
    require(owed_.partial() == 0 || !overdue(frame_began_, options_.frame_timeout));
}

void contract::check_lingering(const scripted_socket& socket) const {
    require(!lingered_ && (!out_of_patience() || now == last_jump_));
    require(!overdue(std::max({*fin_sent_at_, last_progress_, last_jump_}), 2s));
    if (discardable_ > 0) {
        require(socket.unread() == 0 && !socket.fin_in() && !socket.broken());
    } else if (socket.unacked() == 0) {
        const auto limit = std::max<net::clock::duration>(11ms, (now - *fin_sent_at_) / 3 + 1ms);
        require(!overdue(std::max({last_discard_, last_progress_, last_jump_}), limit));
    }
}

void contract::check_closed(const net::connection_record& record,
                            const scripted_socket& socket) const {
    const auto reason = record.reason;
    const bool cut_short = reason == close_reason::frame_too_large && !owed_.unsent().empty();
    require(socket.closed() && closed_by_reset_ == (net::is_abort(reason) || cut_short));
    require(record.in_order == !*closed_by_reset_);
    if (heap.has_failed()) {
        require(reason == close_reason::out_of_memory);
    } else if (cut_off_) {
        require(reason == close_reason::drain_timeout);
    } else if (!errors_.empty()) {
        const bool reset = errors_.contains(ECONNRESET) || errors_.contains(EPIPE);
        require(reason == (reset ? close_reason::peer_reset : close_reason::io_error));
        require((record.error == nullptr) == reset);
    } else if (read_fin_ && !*closed_by_reset_) {
        const auto cut =
            header_due_ ? close_reason::bad_proxy_header : close_reason::truncated_frame;
        require(reason == (holds_a_part() ? cut : close_reason::peer_closed));
    } else {
        require(reasons_.contains(reason));
    }

    require(record.opened && record.peer() == (client_.empty() ? record.real_peer() : client_));
    require(record.traffic.frames.get() == owed_.frames());
    require(record.traffic.bytes_in.get() == owed_.counted_in());
    require(record.traffic.bytes_out.get() == bytes_out_ && socket.output().size() == bytes_out_);
    require(record.traffic.heartbeats.get() == heartbeats_);
    require(record.last_read_at.load() == last_read_);
    // A header that is wrong is not an unfinished one.
    if (!heap.has_failed()) require(record.dropped_partial == (holds_a_part() && !bad_header_));
}

}  // namespace pulsar::fuzz
