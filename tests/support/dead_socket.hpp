#pragma once

#include <string>

namespace pulsar::test {

/// Leaves the file of a Unix socket that nobody has any more, as a killed process does.
void leave_dead_socket(const std::string& path);

}  // namespace pulsar::test
