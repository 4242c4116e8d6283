#pragma once

#include "pulsar/bench/result.hpp"

#include <string>

namespace pulsar::report {

/// The latencies in milliseconds as a percentile distribution, in the text that
/// outputPercentileDistribution() of HdrHistogram writes and its plotters read.
std::string to_hdr(const bench::result& measured);

}  // namespace pulsar::report
