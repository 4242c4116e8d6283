#pragma once

#include "pulsar/bench/result.hpp"

#include <string>

namespace pulsar::bench {

/// The head of the page: address, mode, what was run and how it went, the figures that matter most.
std::string report_heading(const result& of);

}  // namespace pulsar::bench
