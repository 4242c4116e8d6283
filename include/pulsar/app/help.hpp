#pragma once

#include <string>

namespace pulsar::app {

/// What `--help` prints, at most 100 columns wide.
std::string help_text();

}  // namespace pulsar::app
