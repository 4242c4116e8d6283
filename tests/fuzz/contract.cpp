#include "contract.hpp"

#include "require.hpp"
#include "scripted_clock.hpp"
#include "scripted_socket.hpp"

#include <algorithm>

namespace pulsar::fuzz {

using namespace std::chrono_literals;

contract::contract(const net::connection_options& options)
    : options_(options),
      owed_(options.max_frame_size),
      last_read_(now),
      last_heartbeat_(now),
      last_jump_(now) {}

void contract::received(std::string_view bytes) {
    require(errors_.empty() && !read_fin_);
    if (lingering()) {
        require(!lingered_ && bytes.size() <= discardable_);
        discardable_ -= bytes.size();
        last_discard_ = now;
        return;
    }
    require(!owed_.too_large() && owed_.unsent().empty());
    const bool new_frame = owed_.partial() == 0;
    const auto frames = owed_.frames();
    owed_.receive(bytes);
    last_read_ = now;
    heartbeats_in_silence_ = 0;
    if (new_frame || owed_.frames() > frames) frame_began_ = now;
    require(!draining() || owed_.last_frame_at() < arrived_);  // else not a byte of it was there
}

void contract::read_fin() {
    require(errors_.empty() && !read_fin_);
    (lingering() ? lingered_ : read_fin_) = true;
}

void contract::met(int error) {
    require(errors_.empty());
    if (lingering()) {
        lingered_ = true;
    } else {
        errors_.insert(error);
    }
}

void contract::offered(std::string_view bytes, std::optional<std::size_t> taken,
                       const scripted_socket& socket) {
    require(errors_.empty() && !lingering());
    if (owed_.unsent().empty()) {
        check_heartbeat(socket);
        owed_.add_heartbeat();
        last_heartbeat_ = now;
        ++heartbeats_in_silence_;
        if (taken) ++heartbeats_;
    }
    require(owed_.unsent().substr(0, bytes.size()) == bytes);
    bytes_out_ += taken.value_or(0);
    owed_.send(taken.value_or(0));
    if (owed_.unsent().empty()) {
        if (blocked_) frame_began_ = now;  // the time in which nothing was read does not count
        blocked_ = false;
    } else if (!blocked_) {
        blocked_ = true;
        blocked_at_ = now;
    }
}

void contract::check_heartbeat(const scripted_socket& socket) const {
    require(options_.heartbeat_interval > 0ms);
    require(!draining() && !leaving());
    require(socket.unread() == 0 && !socket.fin_in() && !socket.broken());
    require(now - last_read_ >= options_.heartbeat_interval * (heartbeats_in_silence_ + 1));
}

void contract::sending_fin(const scripted_socket& socket) {
    require(errors_.empty() && !read_fin_ && owed_.unsent().empty());
    note_reasons(socket);
    require(!reasons_.empty());
    fin_sent_at_ = last_discard_ = now;
    discardable_ = socket.unread() + std::size_t{64} * 1024;
}

void contract::note_reasons(const scripted_socket& socket) {
    using net::close_reason;
    if (owed_.too_large()) {
        reasons_ = {close_reason::frame_too_large};
        return;
    }
    const bool all_read = socket.unread() == 0 && !socket.fin_in() && !socket.broken();
    if (draining()) {
        const bool nothing_more = owed_.received() >= arrived_ && owed_.partial() == 0;
        const bool stalled = all_read && now - std::max(last_read_, *drained_at_) >= 1s;
        if (nothing_more || stalled) reasons_.insert(close_reason::drained);
        return;
    }
    require(all_read);
    if (options_.idle_timeout > 0ms && now - last_read_ >= options_.idle_timeout) {
        reasons_.insert(close_reason::idle_timeout);
    }
    if (options_.frame_timeout > 0ms && owed_.partial() > 0 &&
        now - frame_began_ >= options_.frame_timeout) {
        reasons_.insert(close_reason::frame_timeout);
    }
}

void contract::closing(bool reset, const scripted_socket& socket) {
    closed_by_reset_ = reset;
    if (reset) {
        const auto stalled = now - std::max(blocked_at_, last_progress_);
        if (blocked_ && options_.write_timeout > 0ms && stalled >= options_.write_timeout) {
            reasons_ = {net::close_reason::write_timeout};
        }
        return;
    }
    require(owed_.unsent().empty());
    require(lingering() || read_fin_);
    // To close a socket with unread input resets the connection, and what is under way is lost.
    const bool may_be_lost = lingering() && !lingered_ && socket.unacked() > 0;
    require(!may_be_lost || now - std::max(*fin_sent_at_, last_progress_) >= 1s);
}

void contract::acknowledged() {
    last_progress_ = now;
}

void contract::jumped() {
    last_jump_ = now;
}

void contract::drain(const scripted_socket& socket) {
    if (leaving() || draining()) return;
    drained_at_ = now;
    arrived_ = owed_.received() + socket.unread();
}

void contract::cut_off() {
    cut_off_ = true;
}

}  // namespace pulsar::fuzz
