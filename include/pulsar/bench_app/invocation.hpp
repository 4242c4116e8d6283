#pragma once

#include "pulsar/bench/options.hpp"
#include "pulsar/report/condition.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pulsar::bench_app {

/// What the user asked the program to do.
struct invocation {
    enum class action : std::uint8_t { run, compare, merge, print };

    action wanted = action::run;
    bench::options run;                         ///< for `run`
    bool json = false;                          ///< the result as JSON instead of as text
    std::optional<std::string> html_file;       ///< where the result goes as a page, too
    std::optional<std::string> hdr_file;        ///< and as a distribution of percentiles
    std::vector<report::condition> conditions;  ///< of `--fail-if`
    /// For `compare`, two, and for `merge`, two or more: results as `--json` or `--html` wrote
    /// them.
    std::vector<std::string> files;
    std::string text;  ///< for `print`: help or version, for standard output
};

/// `argv` as main() has it. A target keeps the form in which it was written: of kind `any` it is
/// the loopback address of this machine. There are never more threads than connections. Throws
/// cli::usage_error.
invocation parse(int argc, const char* const* argv);

}  // namespace pulsar::bench_app
