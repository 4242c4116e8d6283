#pragma once

#include "pulsar/bench/result.hpp"

#include <string>

namespace pulsar::report {

/// Both runs side by side with the ratio B/A, under their names, and a note on what makes them
/// differ by more than the server: lines of printable ASCII, at most 100 columns wide.
std::string compare(const std::string& name_a, const bench::result& a, const std::string& name_b,
                    const bench::result& b);

}  // namespace pulsar::report
