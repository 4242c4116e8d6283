#include "pulsar/bench/send_window.hpp"

#include <bit>

namespace pulsar::bench {

namespace {

std::uint64_t saturating_sum(std::uint64_t a, std::uint64_t b) noexcept {
    return a > unlimited - b ? unlimited : a + b;
}

}  // namespace

send_window::send_window(const plan& run, const timetable& times, const hiccup& last_hiccup,
                         std::uint32_t connection, const allowance& frames)
    : run_(run),
      times_(times),
      hiccup_(last_hiccup),
      connection_(connection),
      frames_(frames),
      last_(saturating_sum(frames.first, frames.in_all)),
      end_(frames.first),
      next_{frames.first, run.frames.begin()},
      resent_until_(frames.first),
      verifier_(run.frames, connection, frames.first),
      since_(std::bit_ceil(run.what.pipeline)) {}

void send_window::begin(time_point connect_began, time_point now) noexcept {
    connect_began_ = connect_began;
    resent_until_ = begun();
    next_ = {verifier_.expected(), run_.frames.begin()};
    verifier_.begin_frame();
    room_ = {0, now};
}

void send_window::open(time_point now) noexcept {
    begin_to_measure(now);
    if (closed_ || now < times_.start) return;
    // At the end, what is due by the rate and has room goes out: it is not late. A connection of a
    // number of frames sends them all.
    closed_ = stays() && now >= times_.end;
    auto limit = closed_ ? begun() : unlimited;
    if (run_.arrivals) limit = due(now);
    end_ = std::max(begun(), std::min(room_end(), limit));
}

void send_window::begin_to_measure(time_point now) noexcept {
    if (first_measured_ != unlimited || now < times_.measured_from) return;
    first_measured_ = begun();
    if (run_.arrivals) {
        // What the warm-up has left unsent, and has no room now, would take the place of what is
        // measured, for as long as the rate is too high.
        const auto warmup = times_.measured_from - times_.start - clock::duration(1);
        const auto due = run_.arrivals->count(connection_, warmup);
        first_measured_ = std::min(due, verifier_.expected() + run_.what.pipeline);
        skipped_ = due - first_measured_;
    }
    last_ = std::min(last_, saturating_sum(first_measured_, frames_.measured));
}

/// The end of the frames that may be sent, be they due or not.
std::uint64_t send_window::room_end() const noexcept {
    return std::min(verifier_.expected() + run_.what.pipeline, last_);
}

/// The end of the frames that are due.
std::uint64_t send_window::due(time_point now) const noexcept {
    // What is due at the end itself is not sent.
    const auto until = std::min(now, times_.end - clock::duration(1));
    return run_.arrivals->count(connection_, until - times_.start) - skipped_;
}

time_point send_window::due_of(std::uint64_t frame) const noexcept {
    return times_.start + run_.arrivals->due(connection_, frame + skipped_);
}

send_window::piece send_window::fill(std::span<std::byte> out) const noexcept {
    std::size_t size = 0;
    auto at = next_;
    while (at.frame < end_ && size < out.size()) {
        const auto frame = run_.frames.at(connection_, at.frame);
        const auto count = std::min(frame.size() - at.offset, out.size() - size);
        run_.frames.write(out.subspan(size, count), frame, at.offset);
        size += count;
        at.offset += count;
        if (at.offset == frame.size()) at = {at.frame + 1, run_.frames.begin()};
    }
    return {out.first(size), at};
}

void send_window::sent(const piece& what, std::size_t bytes, time_point now,
                       tally& counts) noexcept {
    auto frame = begun_here();
    next_ = bytes == what.bytes.size() ? what.end : moved(bytes);
    const auto begin = frames_.from_connect ? connect_began_ : now;
    for (const auto end = begun_here(); frame < end; ++frame) {
        if (frame < resent_until_) {
            if (times_.measures(now)) ++counts.interrupted.resent_frames;
        } else if (run_.arrivals) {
            const auto due = since(frame) = due_of(frame);
            const auto could = frame < room_.from ? due : std::max(due, room_.since);
            if (frame >= first_measured_) {
                counts.send_lag.record(std::max(now - could, hiccup_.delay(due)));
            }
        } else {
            since(frame) = begin;
        }
    }
}

/// Where so many bytes of what fill() wrote end.
send_window::position send_window::moved(std::size_t bytes) const noexcept {
    auto at = next_;
    at.offset += bytes;
    for (;;) {
        const auto size = run_.frames.at(connection_, at.frame).size();
        if (at.offset < size) return at;
        at = {at.frame + 1, run_.frames.begin() + at.offset - size};
    }
}

bool send_window::accept(std::span<const std::byte> in, time_point now, tally& counts) {
    begin_to_measure(now);
    const auto expected = verifier_.expected();
    const auto heartbeats = verifier_.heartbeats();
    const bool matched = verifier_.accept(in, begun_here());
    for (auto i = std::max(expected, first_measured_), end = verifier_.expected(); i < end; ++i) {
        counts.latency.record(now - since(i));
        counts.payload_bytes += run_.frames.at(connection_, i).payload_size;
    }
    if (verifier_.expected() > expected) room_ = {expected + run_.what.pipeline, now};
    if (now >= times_.measured_from) counts.heartbeats += verifier_.heartbeats() - heartbeats;
    return matched;
}

}  // namespace pulsar::bench
