#pragma once

#include "pulsar/bench_app/invocation.hpp"
#include "pulsar/cli/option.hpp"

namespace pulsar::bench_app {

/// All flags. The table reads and writes `asked`, which has to outlive it.
cli::option_table all_options(invocation& asked);

}  // namespace pulsar::bench_app
