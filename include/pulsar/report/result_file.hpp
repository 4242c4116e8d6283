#pragma once

#include "pulsar/bench/result.hpp"

#include <string>
#include <string_view>

namespace pulsar::report {

/// The result in what a file has: the object of to_json(), or a page of to_page(). All that is
/// written there is as it was. Not written are the first words of failures and what is left over
/// when the mean is divided.
/// Throws std::runtime_error, one printable line: it is neither of the two, or a key is missing or
/// of another type.
bench::result parse_result(std::string_view content);

/// The same of the file at `path`, of at most 64 MiB, whose path what() then begins with.
bench::result read_result(const std::string& path);

}  // namespace pulsar::report
