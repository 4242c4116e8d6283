#pragma once

#include "pulsar/bench/result.hpp"
#include "timeline.hpp"

#include <string>
#include <vector>

/// The tables of the page, each an HTML element.
namespace pulsar::report {

std::string parameter_table(const bench::result& of);
std::string count_table(const bench::result& of);

/// Empty if nothing failed.
std::string error_table(const bench::result& of);

/// Of a run with latencies.
std::string latency_table(const bench::result& of);

/// The extremes of a run of at least one interval.
std::string outage_table(const bench::result& of, const std::vector<interval>& run);
std::string throughput_table(const bench::result& of, const std::vector<interval>& run);
std::string slowest_table(const std::vector<interval>& run);

/// A row for each interval.
std::string interval_table(const bench::result& of, const std::vector<interval>& run);

}  // namespace pulsar::report
