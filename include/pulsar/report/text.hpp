#pragma once

#include "pulsar/bench/result.hpp"

#include <string>

namespace pulsar::report {

/// What standard output shows of a run: lines of printable ASCII, at most 100 columns wide.
std::string to_text(const bench::result& measured);

}  // namespace pulsar::report
