#pragma once

#include "pulsar/bench/result.hpp"

#include <string>
#include <vector>

namespace pulsar::bench_app {

/// Why not all was echoed, a printable line for each kind of failure; nothing if all was.
std::vector<std::string> failures_of(const bench::result& measured);

}  // namespace pulsar::bench_app
