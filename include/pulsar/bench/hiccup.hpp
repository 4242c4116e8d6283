#pragma once

#include "pulsar/net/clock.hpp"

namespace pulsar::bench {

/// The last long time in which a thread did nothing, although it was to wake: it was stopped, had
/// no CPU, or was busy. What was due in it could not go out before its end, whether or not there
/// was room: the frames that would have made room did not go out either.
class hiccup {
  public:
    using time_point = net::time_point;

    /// The thread was to wake at `due`, and did at `woken`, which may be earlier. What a longer
    /// hiccup has held up takes up to as long to go out: until then that one stays.
    void note(time_point due, time_point woken) noexcept {
        if (woken <= due) return;
        const auto length = until_ - from_;
        if (woken - due < length && woken - until_ < length) return;
        from_ = due;
        until_ = woken;
    }

    /// For how long it has held up a frame.
    net::clock::duration delay(time_point due) const noexcept {
        return due >= from_ && due < until_ ? until_ - due : net::clock::duration(0);
    }

  private:
    time_point from_;
    time_point until_;
};

}  // namespace pulsar::bench
