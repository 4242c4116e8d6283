#include "pulsar/bench/invocation.hpp"

#include "pulsar/bench/help.hpp"
#include "pulsar/bench/result.hpp"
#include "pulsar/cli/flags.hpp"
#include "pulsar/cli/usage_error.hpp"
#include "pulsar/cli/values.hpp"
#include "pulsar/cli/version.hpp"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

namespace pulsar::bench {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t largest_frame = std::uint64_t{1} << 30U;

struct flag {
    const char* name;
    char letter;
};

constexpr std::array flags_with_value{flag{"--connections", 'c'}, flag{"--frame-size", 's'},
                                      flag{"--pipeline", 'p'},    flag{"--rate", 'r'},
                                      flag{"--mode", '\0'},       flag{"--threads", 't'},
                                      flag{"--duration", 'd'},    flag{"--frames", 'n'},
                                      flag{"--warmup", 'w'},      flag{"--html", '\0'}};

void add_all(cli::flags& flags) {
    for (const auto& [name, letter] : flags_with_value)
        flags.add_value(name, letter);
    flags.add_switch("--json");
    flags.add_switch("--help", 'h');
    flags.add_switch("--version", 'V');
}

void reject_unknown_flags(const std::vector<std::string>& arguments) {
    const auto unknown =
        std::ranges::find_if(arguments, [](const auto& text) { return text.starts_with('-'); });
    if (unknown == arguments.end()) return;
    throw cli::usage_error("unknown flag " + cli::in_quotes(*unknown) +
                           ": expected the flags that pulsar-bench --help shows");
}

/// `parse` takes a text and gives an optional.
template <class Value, class Parse>
void read(Value& into, const cli::flags& flags, const std::string& name, const std::string& accepts,
          Parse parse) {
    if (!flags.given(name)) return;
    const auto text = flags.single(name);
    const auto value = parse(text);
    if (!value) throw cli::bad_value(name, text, "expected " + accepts);
    into = static_cast<Value>(*value);
}

template <class Value>
void read_number(Value& into, const cli::flags& flags, const std::string& name,
                 std::uint64_t most) {
    read(into, flags, name, "a whole number from 1 to " + std::to_string(most),
         [=](std::string_view text) {
             const auto number = cli::parse_number(text);
             return number >= 1U && number <= most ? number : std::nullopt;
         });
}

void read_duration(milliseconds& into, const cli::flags& flags, const std::string& name,
                   milliseconds least) {
    const auto accepts = "a duration from " + cli::duration_text(least) + " to " +
                         cli::duration_text(cli::longest_duration) + " in ms, s, m or h, such as ";
    read(into, flags, name, accepts + cli::duration_text(into), [=](std::string_view text) {
        const auto duration = cli::parse_duration(text);
        return duration >= least ? duration : std::nullopt;
    });
}

std::optional<size_range> parse_frame_size(std::string_view text) {
    const auto sizes = parse_size_range(text);
    return sizes && sizes->most <= largest_frame ? sizes : std::nullopt;
}

void read_values(options& run, const cli::flags& flags) {
    read_number(run.connections, flags, "--connections", 1'048'576);
    read(run.frame_size, flags, "--frame-size",
         "a size from 0B to 1GiB, such as 64B, or two with the smaller one first, such as 64-1KiB",
         parse_frame_size);
    read_number(run.pipeline, flags, "--pipeline", 65'536);
    read_number(run.rate, flags, "--rate", 1'000'000'000);
    read(run.mode, flags, "--mode", "echo, idle or churn", parse_mode);
    read_number(run.threads, flags, "--threads", 1024);
    read_duration(run.duration, flags, "--duration", milliseconds(1));
    read_number(run.frames, flags, "--frames", std::numeric_limits<std::int64_t>::max());
    read_duration(run.warmup, flags, "--warmup", milliseconds(0));
}

void reject(const cli::flags& flags, const std::string& name, const std::string& why) {
    if (flags.given(name)) throw cli::bad_value(name, flags.single(name), why);
}

/// A flag that would have no effect is a mistake that should show.
void reject_combinations(const options& run, const cli::flags& flags) {
    if (run.frames && flags.given("--duration")) {
        reject(flags, "--frames", "expected one of --duration and --frames, not both");
    }
    if (run.mode == mode::echo) return;
    const auto here = "with --mode " + std::string(to_string(run.mode));
    reject(flags, "--rate", "expected only with --mode echo, not " + here);
    if (run.pipeline > 1) reject(flags, "--pipeline", "expected 1 " + here);
    if (run.mode == mode::churn) return;
    for (const auto* name : {"--frame-size", "--frames"})
        reject(flags, name, "expected only with --mode echo or churn, not " + here);
}

net::address read_address(const std::string& text) {
    auto parsed = net::parse_address(text);
    const bool usable = parsed && (parsed->is == net::address::kind::unix_path || parsed->port > 0);
    if (!usable) {
        throw cli::bad_value("ADDRESS", text,
                             "expected HOST:PORT, [IPV6]:PORT, :PORT (a port from 1 to 65535) or "
                             "unix:PATH (at most 107 bytes)");
    }
    // JSON, which names the address, is UTF-8.
    if (!cli::is_utf8(text)) throw cli::bad_value("ADDRESS", text, "expected a path in UTF-8");
    return *std::move(parsed);
}

invocation parse_compare(const std::vector<std::string>& files, const cli::flags& flags) {
    constexpr auto no_flags = "expected no flag with compare";
    for (const auto& [name, letter] : flags_with_value)
        reject(flags, name, no_flags);
    if (flags.given("--json")) throw cli::usage_error(std::string("--json: ") + no_flags);
    const bool two = files.size() == 2 && !files[0].empty() && !files[1].empty();
    if (!two) {
        throw cli::usage_error(
            "compare: expected two files that --json wrote, as in pulsar-bench compare A B");
    }
    return {.wanted = invocation::action::compare,
            .run = {},
            .html_file = {},
            .files = {files[0], files[1]},
            .text = {}};
}

invocation parse_run(const std::vector<std::string>& arguments, const cli::flags& flags) {
    invocation asked;
    read_values(asked.run, flags);
    if (arguments.size() > 1) {
        throw cli::bad_value("ADDRESS", arguments[1], "given twice, expected one address");
    }
    if (!arguments.empty()) asked.run.target = read_address(arguments.front());
    reject_combinations(asked.run, flags);
    // A thread without a connection does nothing, so that `-t 4` can stay where -c is varied.
    if (asked.run.threads > asked.run.connections) {
        asked.run.threads = static_cast<unsigned>(asked.run.connections);
    }
    if (asked.run.frames && !flags.given("--warmup")) asked.run.warmup = milliseconds(0);

    asked.json = flags.given("--json");
    if (flags.values("--json").size() > 1) {
        throw cli::usage_error("--json: given twice, expected once");
    }
    read(asked.html_file, flags, "--html", "the path of a file",
         [](const std::string& path) { return path.empty() ? std::nullopt : std::optional(path); });
    return asked;
}

invocation print(std::string text) {
    return {.wanted = invocation::action::print,
            .run = {},
            .html_file = {},
            .files = {},
            .text = std::move(text)};
}

}  // namespace

invocation parse(int argc, const char* const* argv) {
    cli::flags flags;
    add_all(flags);
    flags.parse(argc, argv);
    if (flags.given("--help")) return print(help_text());
    if (flags.given("--version")) return print(cli::version_text("pulsar-bench"));

    const auto arguments = flags.remaining();
    reject_unknown_flags(arguments);
    if (!arguments.empty() && arguments.front() == "compare") {
        return parse_compare({arguments.begin() + 1, arguments.end()}, flags);
    }
    return parse_run(arguments, flags);
}

}  // namespace pulsar::bench
