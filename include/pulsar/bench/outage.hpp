#pragma once

#include "pulsar/bench/plan.hpp"
#include "pulsar/bench/tally.hpp"

#include <algorithm>
#include <utility>

namespace pulsar::bench {

/// A connection's time from its end to the first echo after it, in `idle` to the connect.
class outage {
  public:
    explicit outage(time_point since) noexcept : since_(since) {}

    /// Adds what of it is measured, up to `now`, and has not been added by an earlier call. So it
    /// may go on for longer than what is asked for in between.
    void count(tally& into, time_point now, const timetable& times) {
        const auto from = std::max(since_, times.measured_from);
        const auto until = std::min(now, times.end);
        if (until <= std::max(from, counted_until_)) return;
        if (counted_until_ < from) {
            ++into.interrupted.outages;
            counted_until_ = from;
        }
        auto& longest = into.interrupted.longest_outage_s;
        longest = std::max(longest, net::to_seconds(until - from));
        into.interrupted.outage_s += net::to_seconds(until - counted_until_);
        while (counted_until_ < until)
            count_second(into, until, times.measured_from);
    }

    /// Whether this is the first time that the connection is made again in this outage.
    bool is_first_connect() noexcept { return !std::exchange(connected_, true); }

  private:
    /// Up to the end of a second, or `until`.
    void count_second(tally& into, time_point until, time_point measured_from) {
        using std::chrono::seconds;
        const auto second = std::chrono::floor<seconds>(counted_until_ - measured_from);
        const auto end = std::min<time_point>(until, measured_from + second + seconds(1));
        into.outages_by_second[second.count()] += end - counted_until_;
        counted_until_ = end;
    }

    time_point since_;
    time_point counted_until_ = time_point::min();
    bool connected_ = false;
};

}  // namespace pulsar::bench
