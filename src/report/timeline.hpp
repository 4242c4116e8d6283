#pragma once

#include "pulsar/bench/result.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pulsar::report {

/// One second of a run, or several in a row where there are too many to show each.
struct interval {
    double from_s;
    double to_s;
    double frames_per_s;  ///< over all of it
    double lowest;        ///< frames/s in one of its seconds
    double highest;
    double p50_ms;  ///< the highest of its seconds, as is p99; 0 if no echo came
    double p99_ms;
    std::uint64_t disconnects;
    double outage_s;  ///< of all connections together
    double away;      ///< connections that were in an outage on average, in one of its seconds
    std::size_t seconds = 1;
};

/// The series, an interval to a second. What is left of a second at the end of a run counts by its
/// length, and not at all below a tenth of a second: so few frames make no rate. A second that
/// ended late shows no more connections away than there are. All numbers can be drawn, whatever a
/// file had in their place.
std::vector<interval> timeline(const bench::result& of);

/// The same in at most `most` intervals of as many seconds each, the last one perhaps of fewer.
std::vector<interval> shortened(const std::vector<interval>& seconds, std::size_t most);

}  // namespace pulsar::report
