#pragma once

#include "pulsar/bench/plan.hpp"
#include "pulsar/bench/result.hpp"

#include <algorithm>
#include <utility>

namespace pulsar::bench {

/// A connection's time from its end to the first echo after it, in `idle` to the connect.
class outage {
  public:
    explicit outage(time_point since) noexcept : since_(since) {}

    /// Adds what of it is measured, up to `now`, and has not been added by an earlier call. So it
    /// may go on for longer than what is asked for in between.
    void count(interruptions& into, time_point now, const timetable& times) noexcept {
        const auto from = std::max(since_, times.measured_from);
        const auto until = std::min(now, times.end);
        if (until <= std::max(from, counted_until_)) return;
        if (counted_until_ < from) {
            ++into.outages;
            counted_until_ = from;
        }
        into.outage_s += net::to_seconds(until - counted_until_);
        into.longest_outage_s = std::max(into.longest_outage_s, net::to_seconds(until - from));
        counted_until_ = until;
    }

    /// Whether this is the first time that the connection is made again in this outage.
    bool is_first_connect() noexcept { return !std::exchange(connected_, true); }

  private:
    time_point since_;
    time_point counted_until_ = time_point::min();
    bool connected_ = false;
};

}  // namespace pulsar::bench
