#pragma once

#include "pulsar/bench/echo_verifier.hpp"
#include "pulsar/bench/hiccup.hpp"
#include "pulsar/bench/plan.hpp"
#include "pulsar/bench/tally.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pulsar::bench {

/// The frames that a session may send.
struct allowance {
    std::uint64_t first = 0;             ///< the number of the first
    std::uint64_t in_all = unlimited;    ///< those of the warm-up included
    std::uint64_t measured = unlimited;  ///< those after the warm-up
    bool from_connect = false;           ///< their latency counts from the beginning of the connect
};

/// A sliding window over the numbers of a session's frames: those that were sent and are awaited,
/// and those that may be sent now, as pipeline, rate, warm-up, quota and the end of the run let
/// them. On a connection that was made again it goes back to the first whose echo was not complete.
///
/// Knows no socket and no clock: the calls are told the time.
class send_window {
  public:
    /// In the stream of all frames.
    struct position {
        std::uint64_t frame;
        std::size_t offset;
    };

    /// A part of that stream, to be sent.
    struct piece {
        std::span<const std::byte> bytes;
        position end;
    };

    /// `run`, and `times` and `last_hiccup`, which may change, outlive this.
    send_window(const plan& run, const timetable& times, const hiccup& last_hiccup,
                std::uint32_t connection, const allowance& frames);

    /// A connection stands, the first or one more.
    void begin(time_point connect_began, time_point now) noexcept;

    /// Lets out what may be sent now.
    void open(time_point now) noexcept;
    bool has_next() const noexcept { return next_.frame < end_; }
    /// What comes next of that, in `out`, as far as it has room.
    piece fill(std::span<std::byte> out) const noexcept;
    /// The socket has taken so many bytes of it, at `now`.
    void sent(const piece& what, std::size_t bytes, time_point now, tally& counts) noexcept;
    /// The socket took no more, and now may.
    void unblock(time_point now) noexcept { room_ = {0, now}; }

    /// False at the first byte that is wrong: then echoes() tells what came.
    bool accept(std::span<const std::byte> in, time_point now, tally& counts);
    const echo_verifier& echoes() const noexcept { return verifier_; }

    /// Whether no number of frames ends it, but the end of the run.
    bool stays() const noexcept { return frames_.in_all == unlimited; }
    bool sent_all() const noexcept { return next_.frame >= last_; }
    /// No echo is awaited, and open() will let out no more.
    bool finished(time_point now) const noexcept {
        return now >= times_.start && awaited() == 0 && (closed_ || sent_all());
    }

    /// Whether one more frame has room, be it due or not, and with a rate when it is due: while the
    /// run has no start, never.
    bool has_room() const noexcept { return begun() < room_end(); }
    time_point next_due() const noexcept {
        return times_.start == time_point::max() ? times_.start : due_of(begun());
    }

    // How many frames were begun, of these are not echoed, and are measured:
    std::uint64_t in_all() const noexcept { return begun() - frames_.first; }
    std::uint64_t awaited() const noexcept { return begun() - verifier_.expected(); }
    std::uint64_t measured() const noexcept {
        return std::max(begun(), first_measured_) - first_measured_;
    }

  private:
    /// The end of the frames that were begun to be sent on this connection, and of those that
    /// were on any.
    std::uint64_t begun_here() const noexcept {
        return next_.frame + (next_.offset > run_.frames.begin() ? 1 : 0);
    }
    std::uint64_t begun() const noexcept { return std::max(begun_here(), resent_until_); }
    time_point& since(std::uint64_t frame) noexcept { return since_[frame & (since_.size() - 1)]; }

    std::uint64_t room_end() const noexcept;
    std::uint64_t due(time_point now) const noexcept;
    time_point due_of(std::uint64_t frame) const noexcept;
    void begin_to_measure(time_point now) noexcept;
    position moved(std::size_t bytes) const noexcept;

    const plan& run_;
    const timetable& times_;
    const hiccup& hiccup_;
    std::uint32_t connection_;
    allowance frames_;
    std::uint64_t first_measured_ = unlimited;
    std::uint64_t skipped_ = 0;  // with a rate: frames that the warm-up left unsent
    std::uint64_t last_;         // the end of the frames that will ever be sent
    std::uint64_t end_;          // of those that may be sent now
    bool closed_ = false;        // at the end of the run: no more than that
    position next_;
    std::uint64_t resent_until_;  // the end of the frames that an earlier connection has begun
    echo_verifier verifier_;
    // Since when the latency counts of the awaited frames, by the low bits of their number.
    std::vector<time_point> since_;
    time_point connect_began_;
    struct {
        std::uint64_t from = 0;
        time_point since;
    } room_;  // since when frames could be sent: those before `from` since earlier
};

}  // namespace pulsar::bench
