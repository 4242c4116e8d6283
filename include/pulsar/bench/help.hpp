#pragma once

#include <string>

namespace pulsar::bench {

/// What `--help` prints, at most 100 columns wide.
std::string help_text();

}  // namespace pulsar::bench
