#pragma once

#include "pulsar/bench/options.hpp"

namespace pulsar::bench {

/// Raises the soft limit on open files to the hard one (getrlimit(2)). Throws cli::usage_error
/// if `what` needs more.
void fit_descriptor_limit(const options& what);

}  // namespace pulsar::bench
