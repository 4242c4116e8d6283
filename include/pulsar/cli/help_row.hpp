#pragma once

#include <string>
#include <string_view>

namespace pulsar::cli {

/// A line of `--help`, or several: a flag, as in `  -t, --threads N`, and what it does, wrapped at
/// 100 columns. Made here and not by CLI11, whose layout differs from version to version.
std::string help_row(char letter, std::string_view name_and_value, std::string_view help);

}  // namespace pulsar::cli
