#pragma once

#include "chart.hpp"
#include "pulsar/bench/histogram.hpp"

#include <string>

namespace pulsar::report {

/// Whether there are enough latencies for a curve.
bool has_percentile_plot(const bench::histogram& of);

/// Latency by percentile as an SVG element, on the axis that HdrHistogram uses: the same distance
/// for each further nine, as far as the count supports them.
std::string percentile_plot(const bench::histogram& of, chart_width as);

}  // namespace pulsar::report
