#pragma once

#include "pulsar/bench/result.hpp"

#include <string>

namespace pulsar::report {

/// The head of the page: address, mode, what was run and how it went, the figures that matter most.
std::string page_heading(const bench::result& of);

}  // namespace pulsar::report
