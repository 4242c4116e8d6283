#pragma once

#include <string>

namespace pulsar::app {

/// What `--help` prints, at most 100 columns wide. Made here and not by CLI11, whose layout differs
/// from version to version.
std::string help_text();

/// What `--version` prints: one line with the compiler and the versions of the libraries.
std::string version_text();

}  // namespace pulsar::app
