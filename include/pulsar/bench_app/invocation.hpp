#pragma once

#include "pulsar/bench/options.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace pulsar::bench_app {

/// What the user asked the program to do.
struct invocation {
    enum class action : std::uint8_t { run, compare, print };

    action wanted = action::run;
    bench::options run;                    ///< for `run`, as what follows
    bool json = false;                     ///< the result as JSON instead of as text
    std::optional<std::string> html_file;  ///< where the result goes as a page, too
    std::array<std::string, 2> files;      ///< for `compare`: results as `--json` wrote them
    std::string text;                      ///< for `print`: help or version, for standard output
};

/// `argv` as main() has it. The target keeps the form in which it was written: of kind `any` it is
/// the loopback address of this machine. There are never more threads than connections. Throws
/// cli::usage_error.
invocation parse(int argc, const char* const* argv);

}  // namespace pulsar::bench_app
