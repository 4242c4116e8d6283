#pragma once

#include "pulsar/cli/option.hpp"

#include <string>

namespace pulsar::packaging {

/// A file for --config with each key of the table as a comment. Behind `#` and no blank stands what
/// is TOML without that `#`: the default, or, below a line that says so, an example.
std::string example_config(const cli::option_table& table);

}  // namespace pulsar::packaging
