#pragma once

#include "pulsar/app/config.hpp"
#include "pulsar/app/environment.hpp"

#include <cstdint>
#include <string>

namespace pulsar::app {

/// What the user asked the program to do.
struct invocation {
    enum class action : std::uint8_t { run, print };

    action wanted = action::run;
    config cfg;        ///< for `run`
    std::string text;  ///< for `print`: help, version or configuration, to write to standard output
};

/// `argv` as main() has it. A flag wins over a variable, that over the file, that over the default.
/// All of them are checked, also those that are overridden: a mistake should show when it is made,
/// not on the day that the flag goes away. Throws usage_error.
invocation parse(int argc, const char* const* argv, const environment& variables);

}  // namespace pulsar::app
