#pragma once

#include "pulsar/app/config.hpp"
#include "pulsar/cli/option.hpp"

namespace pulsar::app {

/// The options that flags, environment and TOML can set: every field of `config` exactly once. The
/// table reads and writes `cfg`, which has to outlive it.
cli::option_table config_options(config& cfg);

/// All that the command line takes, in the order of `--help`: the same, and flags without a
/// variable of their own.
cli::option_table all_options(config& cfg);

}  // namespace pulsar::app
