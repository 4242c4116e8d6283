#pragma once

#include "pulsar/bench/result.hpp"

#include <string>

namespace pulsar::report {

/// One JSON object (RFC 8259) on one line without its newline, in UTF-8. Numbers have no exponent.
/// Times are exact to the nanosecond; latencies are null where nothing was measured.
std::string to_json(const bench::result& measured);

}  // namespace pulsar::report
