#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pulsar::report {

struct range {
    double from;
    double to;
};

struct tick {
    double value;
    std::string label;
    bool crowded = false;  ///< too close to its neighbours for a label in a narrow drawing
};

/// One side of a plot.
struct axis {
    bool logarithmic = false;
    range values{};  ///< ascend, and are above zero for a logarithm
    std::vector<tick> ticks{};

    /// 0 at the beginning of the axis, 1 at its end; what is beyond is at the end that is nearer.
    double position(double value) const;
};

/// From 0 to the first round number that is not below `highest`.
axis amount_axis(double highest);

/// Seconds, as a clock shows them where a minute or more is between two ticks.
axis time_axis(double seconds);

/// Milliseconds on a logarithmic scale, from 1, 2 or 5 of a decade to 1, 2 or 5 of one.
axis latency_axis(double lowest, double highest);

/// The same distance for each further nine of a percentile, by what nines() tells of it, as far as
/// `count` values support them.
axis percentile_axis(std::uint64_t count);

/// How many nines a share has: 0 for 0, 1 for 0.9, 2 for 0.99. Below 1.
double nines(double share);

}  // namespace pulsar::report
