#pragma once

#include "pulsar/cli/option.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace pulsar::app {

/// Reads a file of at most 1 MiB, or standard input for `-`. `where` is the flag or variable that
/// names it. A pipe that ends without a byte is an error: in `--config <(command)` the command has
/// failed. Throws usage_error.
std::string load_config_file(const std::string& where, const std::string& path);

/// Reads TOML. Keys are the names of the flags; strings are read as flags are, and integers, as
/// they are written, stand for the numbers and for sizes in bytes. `path` is for messages. Throws
/// usage_error.
std::vector<cli::setting> parse_config_file(const std::string& path, std::string_view content,
                                            const cli::option_table& table);

/// One option with a value that is written as its flag's texts are.
std::string toml_line(const cli::option& o, const std::vector<std::string>& texts);

/// Every option as TOML, so that parse_config_file() gives the same configuration. What is not set
/// is a comment.
std::string to_toml(const cli::option_table& table);

}  // namespace pulsar::app
