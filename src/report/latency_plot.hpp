#pragma once

#include "chart.hpp"
#include "timeline.hpp"

#include <string>
#include <vector>

namespace pulsar::report {

/// Whether an echo came in any interval.
bool has_latency_plot(const std::vector<interval>& run);

/// Whether no echo came in one of them.
bool has_gap(const std::vector<interval>& run);

/// The median and the 99th percentile of each interval as an SVG element. It needs a latency in one
/// of them; the curves have a gap, on a shaded ground, while no echo came.
std::string latency_plot(const std::vector<interval>& run, chart_width as);

}  // namespace pulsar::report
