#pragma once

#include "pulsar/bench/invocation.hpp"
#include "pulsar/cli/option.hpp"

namespace pulsar::bench {

/// All flags. The table reads and writes `asked`, which has to outlive it.
cli::option_table all_options(invocation& asked);

}  // namespace pulsar::bench
