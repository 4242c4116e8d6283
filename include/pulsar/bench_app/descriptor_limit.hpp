#pragma once

#include "pulsar/bench/options.hpp"

namespace pulsar::bench_app {

/// Raises the soft limit on open files to the hard one (getrlimit(2)). Throws cli::usage_error
/// if `what` needs more.
void fit_descriptor_limit(const bench::options& what);

}  // namespace pulsar::bench_app
