#pragma once

#include "pulsar/bench/result.hpp"

#include <string>

namespace pulsar::bench {

/// What standard output shows of a run: lines of printable ASCII, at most 100 columns wide.
std::string text_report(const result& measured);

}  // namespace pulsar::bench
