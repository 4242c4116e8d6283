#pragma once

#include "pulsar/bench/histogram.hpp"

#include <string>
#include <string_view>

namespace pulsar::report {

/// The histogram drawn in text, a row for each range of latencies; `counted` says what was counted.
/// Empty if the histogram is.
std::string latency_bars(const bench::histogram& latency, std::string_view counted);

}  // namespace pulsar::report
