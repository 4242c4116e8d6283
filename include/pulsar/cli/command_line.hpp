#pragma once

#include "pulsar/cli/option.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace pulsar::cli {

/// A program's arguments as texts; nothing is converted yet, and unknown flags are still in `rest`.
struct command_line {
    std::vector<setting> settings;  ///< in the order of the table
    std::vector<std::string> rest;  ///< what no flag took; behind `--` nothing is taken for a flag

    /// Null where the option is not given.
    [[nodiscard]] const setting* find(std::string_view name) const;
};

/// `argv` as main() has it, the program's name first. A flag that lacks its value gets an empty
/// one. Throws usage_error for a value where none belongs. `table` has to outlive what is returned.
command_line read_command_line(int argc, const char* const* argv, const option_table& table);

/// Throws usage_error for the first argument in `rest` that looks like a flag, with the nearest
/// flag of the table if one is near.
void reject_unknown_flags(const command_line& line, const option_table& table,
                          std::string_view program);

}  // namespace pulsar::cli
