#pragma once

#include "chart.hpp"
#include "timeline.hpp"

#include <string>
#include <vector>

namespace pulsar::report {

/// Frames a second as an SVG element, with the run's mean, and the rate that was asked for if there
/// was one. Where an interval is of several seconds, a band goes from the lowest to the highest.
/// Whether the plot has shaded ground, where a connection was in an outage.
bool has_outage(const std::vector<interval>& run);

std::string throughput_plot(const bench::result& of, const std::vector<interval>& run,
                            chart_width as);

}  // namespace pulsar::report
