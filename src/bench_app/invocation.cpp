#include "pulsar/bench_app/invocation.hpp"

#include "pulsar/bench/result.hpp"
#include "pulsar/bench_app/help.hpp"
#include "pulsar/bench_app/option_table.hpp"
#include "pulsar/cli/command_line.hpp"
#include "pulsar/cli/help.hpp"
#include "pulsar/cli/usage_error.hpp"
#include "pulsar/cli/version.hpp"

#include <utility>
#include <vector>

namespace pulsar::bench_app {
namespace {

using cli::command_line;

void reject(const cli::setting& given, const std::string& why) {
    if (given.texts.empty()) throw cli::usage_error(given.where + ": " + why);
    throw cli::bad_value(given.where, given.texts.front(), why);
}

void reject(const command_line& line, std::string_view name, const std::string& why) {
    if (const auto* const given = line.find(name)) reject(*given, why);
}

/// A flag that would have no effect is a mistake that should show.
void reject_combinations(const bench::options& run, const command_line& line) {
    if (run.frames && line.find("duration")) {
        reject(line, "frames", "expected one of --duration and --frames, not both");
    }
    if (run.mode == bench::mode::echo) return;
    const auto here = "with --mode " + std::string(to_string(run.mode));
    reject(line, "rate", "expected only with --mode echo, not " + here);
    if (run.pipeline > 1) reject(line, "pipeline", "expected 1 " + here);
    if (run.mode == bench::mode::churn) {
        reject(line, "reconnect", "expected only with --mode echo or idle, not " + here);
        return;
    }
    for (const auto* name : {"frame-size", "frames"})
        reject(line, name, "expected only with --mode echo or churn, not " + here);
}

net::address read_address(const std::string& text) {
    auto parsed = net::parse_address(text);
    // A handed socket, for one, is there for listening, and has no port.
    const bool usable = parsed && (parsed->is == net::address::kind::unix_path || parsed->port > 0);
    if (!usable) {
        throw cli::bad_value("ADDRESS", text,
                             "expected HOST:PORT, [IPV6]:PORT, :PORT (a port from 1 to 65535), "
                             "unix:PATH or unix:@NAME (at most 107 bytes)");
    }
    // JSON, which names the address, is UTF-8.
    if (!cli::is_utf8(text)) throw cli::bad_value("ADDRESS", text, "expected a path in UTF-8");
    return *std::move(parsed);
}

void parse_compare(invocation& asked, const command_line& line) {
    for (const auto& given : line.settings)
        reject(given, "expected no flag with compare");
    const auto& words = line.rest;
    if (words.size() != 3 || words[1].empty() || words[2].empty()) {
        throw cli::usage_error(
            "compare: expected two files that --json wrote, as in pulsar-bench compare A B");
    }
    asked.wanted = invocation::action::compare;
    asked.files = {words[1], words[2]};
}

void parse_run(invocation& asked, const command_line& line) {
    cli::assign(line.settings);
    auto& run = asked.run;
    if (line.rest.size() > 1) {
        throw cli::bad_value("ADDRESS", line.rest[1], "given twice, expected one address");
    }
    if (!line.rest.empty()) run.targets.front() = read_address(line.rest.front());
    reject_combinations(run, line);
    // A thread without a connection does nothing, so that `-t 4` can stay where -c is varied.
    if (run.threads > run.connections) run.threads = static_cast<unsigned>(run.connections);
    if (run.frames && !line.find("warmup")) run.warmup = std::chrono::milliseconds(0);
    run.reconnect = line.find("reconnect") != nullptr;
    asked.json = line.find("json") != nullptr;
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
    invocation asked;
    const auto table = all_options(asked);
    const auto line = cli::read_command_line(argc, argv, table);
    if (line.find("help")) return print(help_text(cli::help_width()));
    if (line.find("version")) return print(cli::version_text("pulsar-bench"));

    cli::reject_unknown_flags(line, table, "pulsar-bench");
    const bool compares = !line.rest.empty() && line.rest.front() == "compare";
    compares ? parse_compare(asked, line) : parse_run(asked, line);
    return asked;
}

}  // namespace pulsar::bench_app
