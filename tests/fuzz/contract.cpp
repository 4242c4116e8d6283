#include "contract.hpp"

#include "pulsar/protocol/proxy_header.hpp"
#include "require.hpp"
#include "scripted_clock.hpp"
#include "scripted_socket.hpp"

#include <algorithm>
#include <span>

namespace pulsar::fuzz {

using namespace std::chrono_literals;

namespace {

/// Of a peer's header: an IPv4 address, or one that is mapped into IPv6. Empty where it names none.
std::string name_of(const protocol::proxy_address& source) {
    if (source.is == protocol::proxy_address::family::none) return {};
    std::string text;
    const std::size_t begin = source.is == protocol::proxy_address::family::ipv4 ? 0 : 12;
    for (const auto byte : std::span(source.ip).subspan(begin, 4))
        text += std::to_string(std::to_integer<int>(byte)) + '.';
    text.back() = ':';
    return text + std::to_string(source.port);
}

}  // namespace

contract::contract(const net::connection_options& options, bool proxied)
    : options_(options),
      owed_(options.max_frame_size),
      accepted_at_(now),
      header_due_(proxied),
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
    require(!owed_.too_large() && !bad_header_ && owed_.unsent().empty());
    last_read_ = now;
    acknowledged_ = false;
    header_alone_ = false;
    heartbeats_in_silence_ = 0;
    if (header_due_) bytes = receive_header(bytes);
    if (bytes.empty()) return;
    const bool new_frame = owed_.partial() == 0;
    const auto frames = owed_.frames();
    owed_.receive(bytes);
    if (owed_.too_large()) left_at_ = now;
    if (new_frame || owed_.frames() > frames) frame_began_ = now;
    // Else not a byte of it was there. The header counts as the beginning of the first.
    const auto last = owed_.last_frame_at();
    require(!draining() || (last == 0 ? 0 : header_.size() + last) < arrived_);
}

/// The reader of headers has a fuzz target of its own. What is behind the header is returned.
std::string_view contract::receive_header(std::string_view bytes) {
    using state = protocol::proxy_header::state;
    require(!draining() || arrived_ > 0);
    const auto before = header_.size();
    header_ += bytes;
    const auto read = protocol::read_proxy_header(std::as_bytes(std::span(header_)));
    header_alone_ =
        read.is == state::incomplete || (read.is == state::complete && read.size == header_.size());
    if (read.is == state::bad) {
        bad_header_ = true;
        left_at_ = now;
    }
    if (read.is != state::complete) return {};
    header_due_ = false;
    header_in_drain_ = draining();
    client_ = name_of(read.source);
    header_.resize(read.size);
    return bytes.substr(read.size - before);
}

std::chrono::nanoseconds contract::longest_header() const noexcept {
    return options_.frame_timeout > 0ms ? options_.frame_timeout : 60s;
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
    require(errors_.empty() && !lingering() && !header_due_ && !bad_header_);
    if (owed_.unsent().empty()) {
        check_heartbeat(socket);
        owed_.add_heartbeat();
        last_heartbeat_ = now;
        ++heartbeats_in_silence_;
        if (taken) ++heartbeats_;
    }
    require(owed_.unsent().substr(0, bytes.size()) == bytes);
    has_sent_ = true;
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

void contract::acknowledging() {
    require(!acknowledged_ && !leaving());
    require(header_alone_ || (!has_sent_ && owed_.partial() > 0));
    acknowledged_ = true;
}

/// Acknowledged is once per wait, and not before another read.
void contract::waiting_for_input() {
    if (lingering()) return;
    require(acknowledged_ == (header_alone_ || (!has_sent_ && owed_.partial() > 0)));
    has_sent_ = acknowledged_ = false;
    header_alone_ = header_due_ && !header_.empty();  // until it is complete, at each wait
}

bool contract::out_of_patience() const {
    const auto delivery = options_.write_timeout > 0ms ? options_.write_timeout : 30s;
    return left_at_ && now - *left_at_ >= delivery + 1s;
}

void contract::sending_fin(const scripted_socket& socket) {
    require(errors_.empty() && !read_fin_ && owed_.unsent().empty());
    note_reasons(socket);
    require(!reasons_.empty());
    fin_sent_at_ = last_discard_ = now;
    if (!left_at_) left_at_ = now;
    discardable_ = socket.unread() + std::size_t{64} * 1024;
}

void contract::note_reasons(const scripted_socket& socket) {
    using net::close_reason;
    if (owed_.too_large()) {
        reasons_ = {close_reason::frame_too_large};
        return;
    }
    if (bad_header_) {
        reasons_ = {close_reason::bad_proxy_header};
        return;
    }
    const bool all_read = socket.unread() == 0 && !socket.fin_in() && !socket.broken();
    if (draining()) {
        const bool nothing_more = received() >= arrived_ && !holds_a_part();
        const bool stalled = all_read && now - std::max(last_read_, *drained_at_) >= 1s;
        if (nothing_more || stalled) reasons_.insert(close_reason::drained);
        return;
    }
    require(all_read);
    if (options_.idle_timeout > 0ms && now - last_read_ >= options_.idle_timeout) {
        reasons_.insert(close_reason::idle_timeout);
    }
    if (header_due_ && now - accepted_at_ >= longest_header()) {
        reasons_.insert(close_reason::bad_proxy_header);
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
        if (blocked_ && out_of_patience()) reasons_.insert(net::close_reason::frame_too_large);
        return;
    }
    require(owed_.unsent().empty());
    require(lingering() || read_fin_);
    // To close a socket with unread input resets the connection, and what is under way is lost.
    const bool may_be_lost = lingering() && !lingered_ && socket.unacked() > 0;
    require(!may_be_lost || out_of_patience() ||
            now - std::max(*fin_sent_at_, last_progress_) >= 1s);
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
    arrived_ = received() + socket.unread();
}

void contract::cut_off() {
    cut_off_ = true;
}

}  // namespace pulsar::fuzz
