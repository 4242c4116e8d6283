#include "pulsar/net/connection.hpp"

#include "connection_log.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>

namespace pulsar::net {

namespace error = boost::asio::error;

namespace {

close_reason reason_of(const stream::error_code& error) noexcept {
    return error == error::connection_reset || error == error::broken_pipe
               ? close_reason::peer_reset
               : close_reason::io_error;
}

}  // namespace

connection::connection(event_loop& loop, accepted socket, const connection_options& options,
                       connection_record& record)
    : loop_(loop),
      options_(options),
      record_(record),
      stream_(loop.turns(), socket.family, socket.descriptor),
      quiet_since_(record.opened_at) {
    loop_.add(*this);
}

connection::step connection::advance() {
    if (cut_off_) return leave(close_reason::drain_timeout);
    if (!buffer_.unsent().empty()) {
        buffer_.sent(send(buffer_.unsent()));
        if (!buffer_.unsent().empty())
            return leaving_ && is_abort(*leaving_) ? step::finish : blocked();
        outstanding_ = not_blocked;
        frame_started_at_ = clock::now();  // the time in which nothing was read does not count
    }
    if (leaving_) return step::finish;
    return receive_and_echo();
}

connection::step connection::receive_and_echo() {
    if (quota_ == 0) {
        const auto held = buffer_.partial().size();
        if (held == 0) return leave(close_reason::drained);
        quota_ = (frame_size_ == 0 ? protocol::header_size : frame_size_) - held;
    }
    auto room = buffer_.prepare(loop_.scratch(), frame_size_);
    if (quota_) room = room.first(std::min(room.size(), *quota_));
    const auto got = stream_.receive(room);
    if (got.error == error::would_block) return out_of_input();
    if (got.error) return on_receive_error(got.error);

    const auto now = clock::now();
    const auto input = buffer_.received(got.bytes);
    const auto scan = protocol::scan(input, options_.max_frame_size);
    if (quota_) *quota_ -= got.bytes;
    note(scan, input.last(got.bytes), now);
    const auto sent = scan.complete == 0 ? 0 : send(input.first(scan.complete));
    const bool too_large = scan.rest == protocol::decode_error::too_large;
    if (too_large) {
        buffer_.keep_frames(sent, scan.complete);
    } else {
        buffer_.keep(sent, scan.complete, frame_size_);
    }
    if (leaving_) return step::finish;
    if (too_large) {
        log_frame_too_large(record_, scan.announced);
        return leave(close_reason::frame_too_large);
    }
    if (!buffer_.unsent().empty()) return blocked();

    const bool there_is_more = draining() || got.bytes == room.size();
    return turns_.on_input(there_is_more) ? step::turn : wait_for_input();
}

void connection::note(const protocol::scan_result& scan, std::span<const std::byte> fresh,
                      time_point now) {
    const auto held = buffer_.partial().size();
    const auto rest = held + fresh.size() - scan.complete;
    const bool too_large = scan.rest == protocol::decode_error::too_large;
    const auto discarded = too_large ? rest - protocol::header_size : 0;
    if (scan.complete > 0 || held == 0) frame_started_at_ = now;
    frame_size_ = rest < protocol::header_size ? 0 : protocol::header_size + scan.announced;
    quiet_since_ = now;
    record_.last_read_at.store(now, std::memory_order_relaxed);
    for (auto* traffic : {&record_.traffic, &loop_.traffic}) {
        traffic->frames.add(scan.frames);
        traffic->bytes_in.add(fresh.size() - discarded);
    }
}

connection::step connection::on_receive_error(const stream::error_code& error) {
    if (error != error::eof) {
        fail(reason_of(error), error.message());
        return step::finish;
    }
    peer_sent_fin_ = true;
    return leave(buffer_.partial().empty() ? close_reason::peer_closed
                                           : close_reason::truncated_frame);
}

std::size_t connection::send(std::span<const std::byte> frames) {
    const auto taken = stream_.send(frames);
    record_.traffic.bytes_out.add(taken.bytes);
    loop_.traffic.bytes_out.add(taken.bytes);
    if (taken.error && taken.error != error::would_block) {
        fail(reason_of(taken.error), taken.error.message());
    }
    return taken.bytes;
}

stream::awaiter connection::wait(step for_what) noexcept {
    switch (for_what) {
        case step::readable:
            return stream_.wait(stream::event::readable);
        case step::writable:
            return stream_.wait(stream::event::writable);
        case step::timer:
            return stream_.wait(stream::event::wake);
        default:
            return stream_.wait(stream::event::turn);
    }
}

connection::step connection::out_of_input() {
    turns_.on_no_input();
    const auto now = clock::now();
    if (const auto reason = timed_out(now)) return leave(*reason);
    return heartbeat_due(now) ? send_heartbeat(now) : wait_for_input();
}

}  // namespace pulsar::net
