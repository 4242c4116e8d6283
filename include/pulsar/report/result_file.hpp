#pragma once

#include "pulsar/bench/result.hpp"

#include <string>

namespace pulsar::report {

/// The result in a file of at most 64 MiB: the object of to_json(), or a page of to_page(). All
/// that is written there is as it was. Not written are the first words of failures and what is left
/// over when the mean is divided.
/// Throws std::runtime_error, one printable line that begins with the path: the file cannot be
/// read, is neither of the two, or a key is missing or of another type.
bench::result read_result(const std::string& path);

}  // namespace pulsar::report
