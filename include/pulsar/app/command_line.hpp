#pragma once

#include "pulsar/app/option.hpp"

#include <optional>
#include <string>
#include <vector>

namespace pulsar::app {

/// The flags as texts; nothing is converted or checked against an option yet.
struct command_line {
    bool help = false;
    bool version = false;
    bool print_config = false;
    std::optional<std::string> config_file;
    std::vector<setting> settings;
};

/// `argv` as main() has it, the program's name first. A flag without its value has an empty one.
/// Throws usage_error for unknown flags, flags given twice and what is no flag, but not where
/// `help` or `version` is asked for: these win, and are then all that is set.
command_line read_command_line(int argc, const char* const* argv);

}  // namespace pulsar::app
