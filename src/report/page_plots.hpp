#pragma once

#include "plot.hpp"
#include "pulsar/bench/result.hpp"
#include "timeline.hpp"

#include <optional>
#include <vector>

/// What the plots of the page show; none where there is nothing to show. A run has an interval at
/// least.
namespace pulsar::report {

/// On the axis that HdrHistogram uses.
std::optional<plot> percentile_plot(const bench::result& of);

/// How many connections were in an outage, and when some ended.
std::optional<plot> outage_plot(const bench::result& of, const std::vector<interval>& run);

/// With the run's mean, and the rate that was asked for if there was one. Where an interval is of
/// several seconds, a band goes from the lowest to the highest.
std::optional<plot> throughput_plot(const bench::result& of, const std::vector<interval>& run);

/// The median and the 99th percentile of each interval, with a gap, on a shaded ground, while no
/// echo came.
std::optional<plot> latency_plot(const std::vector<interval>& run);

}  // namespace pulsar::report
