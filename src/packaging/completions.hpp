#pragma once

#include "pulsar/cli/option.hpp"

#include <string>
#include <string_view>

namespace pulsar::packaging {

/// What a shell has to know of a program to complete its command line.
struct command {
    std::string_view name;
    std::string_view verbs;  ///< first arguments with names of files behind them, blanks between
    const cli::option_table& flags;
};

/// The scripts that each shell loads when it completes the program's arguments for the first time.
std::string bash_completion(const command& of);
std::string zsh_completion(const command& of);
std::string fish_completion(const command& of);

}  // namespace pulsar::packaging
