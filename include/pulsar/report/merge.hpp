#pragma once

#include "pulsar/bench/result.hpp"

#include <string>
#include <vector>

namespace pulsar::report {

struct named_result {
    std::string name;  ///< of its file
    bench::result measured;
};

/// One result of runs that were made at the same time on several machines: counts and rates are
/// added, times are the longest, and there is no series. At least one run.
/// Throws std::runtime_error, one printable line: the runs differ in a parameter, which the line
/// names with both values, or a sum is too large.
bench::result merge(const std::vector<named_result>& runs);

}  // namespace pulsar::report
