#include "pulsar/bench_app/invocation.hpp"

#include "pulsar/bench_app/help.hpp"
#include "pulsar/bench_app/option_table.hpp"
#include "pulsar/cli/command_line.hpp"
#include "pulsar/cli/help.hpp"
#include "pulsar/cli/usage_error.hpp"
#include "pulsar/cli/version.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <initializer_list>
#include <iterator>
#include <stdexcept>
#include <system_error>
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
    using enum bench::mode;
    if (run.frames && line.find("duration")) {
        reject(line, "frames", "expected one of --duration and --frames, not both");
    }
    if (run.framing == bench::framing::none && run.frame_size.least == 0) {
        reject(line, "frame-size", "expected 1B or more with --framing none");
    }
    const auto only_with = [&](std::string_view name, std::string_view modes) {
        reject(line, name,
               fmt::format("expected only with --mode {}, not with --mode {}", modes,
                           to_string(run.mode)));
    };
    if (run.mode != echo) only_with("rate", "echo");
    if (run.pipeline > 1 && run.mode != echo && run.mode != halfclose) {
        only_with("pipeline", "echo or halfclose");
    }
    if (run.mode != echo && run.mode != idle) only_with("reconnect", "echo or idle");
    if (run.mode != idle) return;
    for (const auto* name : {"frame-size", "frames"})
        only_with(name, "echo, churn or halfclose");
    if (run.framing == bench::framing::none) only_with("framing", "echo, churn or halfclose");
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

/// Where the file is, or will be, whatever the way to it; the path itself where that is unknown.
std::filesystem::path place_of(std::filesystem::path path) {
    constexpr int most_links = 40;  // as open(2)
    std::error_code unknown;
    // A link to a file that will be is none that weakly_canonical() follows.
    for (int i = 0; i < most_links && is_symlink(symlink_status(path, unknown)); ++i)
        path = path.parent_path() / read_symlink(path, unknown);
    auto place = std::filesystem::weakly_canonical(std::filesystem::absolute(path), unknown);
    return unknown ? path : place;
}

/// A device, such as /dev/null, takes any number of files.
bool is_same_file(const std::string& one, const std::string& other) {
    std::error_code none;
    const auto status = std::filesystem::status(one, none);
    if (exists(status) && !is_regular_file(status)) return false;
    // Hard links, too.
    return std::filesystem::equivalent(one, other, none) || place_of(one) == place_of(other);
}

/// What is written must not take the place of what is read, or of something else that is written.
void reject_overwriting(const invocation& asked, const command_line& line) {
    auto taken = asked.files;
    taken.insert(taken.end(), {"/dev/stdout", "/dev/stderr"});  // where these are files
    for (const auto& [name, file] :
         {std::pair{"html", &asked.html_file}, std::pair{"hdr", &asked.hdr_file}}) {
        if (!*file) continue;
        for (const auto& other : taken) {
            if (is_same_file(**file, other)) reject(line, name, "expected a file of its own");
        }
        taken.push_back(**file);
    }
}

void read_conditions(invocation& asked, const command_line& line, report::condition::kind of) {
    const auto* const given = line.find("fail-if");
    if (given == nullptr) return;
    for (const auto& text : given->texts) {
        try {
            asked.conditions.emplace_back(text, of);
        } catch (const std::runtime_error& error) {
            throw cli::bad_value(given->where, text, error.what());
        }
    }
}

/// What a verb is followed by, and the flags that it takes.
void parse_verb(invocation& asked, const command_line& line,
                std::initializer_list<std::string_view> flags, const std::string& accepted) {
    for (const auto& given : line.settings) {
        if (std::ranges::find(flags, given.of->name) == flags.end()) reject(given, accepted);
    }
    cli::assign(line.settings);
    asked.files.assign(line.rest.begin() + 1, line.rest.end());
}

void parse_compare(invocation& asked, const command_line& line) {
    parse_verb(asked, line, {"fail-if"}, "expected no flag but --fail-if with compare");
    asked.wanted = invocation::action::compare;
    if (asked.files.size() != 2 || std::ranges::count(asked.files, "") > 0) {
        throw cli::usage_error(
            "compare: expected two files that --json or --html wrote, as in pulsar-bench compare A "
            "B");
    }
}

void parse_merge(invocation& asked, const command_line& line) {
    parse_verb(asked, line, {"json", "html", "hdr", "fail-if"},
               "expected no flag but --json, --html, --hdr and --fail-if with merge");
    asked.wanted = invocation::action::merge;
    if (asked.files.size() < 2 || std::ranges::count(asked.files, "") > 0) {
        throw cli::usage_error(
            "merge: expected two or more files that --json or --html wrote, as in pulsar-bench "
            "merge A B");
    }
    for (auto file = asked.files.begin(); file != asked.files.end(); ++file) {
        const auto same = [&](const std::string& other) { return is_same_file(other, *file); };
        if (std::any_of(asked.files.begin(), file, same)) {
            throw cli::bad_value("merge", *file, "given twice, expected each result once");
        }
    }
}

void parse_run(invocation& asked, const command_line& line) {
    cli::assign(line.settings);
    auto& run = asked.run;
    if (!line.rest.empty()) {
        run.targets.clear();
        std::ranges::transform(line.rest, std::back_inserter(run.targets), read_address);
    }
    reject_combinations(run, line);
    // A thread without a connection does nothing, so that `-t 4` can stay where -c is varied.
    if (run.threads > run.connections) run.threads = static_cast<unsigned>(run.connections);
    if (run.frames && !line.find("warmup")) run.warmup = std::chrono::milliseconds(0);
    run.reconnect = line.find("reconnect") != nullptr;
}

invocation print(std::string text) {
    invocation asked;
    asked.wanted = invocation::action::print;
    asked.text = std::move(text);
    return asked;
}

}  // namespace

invocation parse(int argc, const char* const* argv) {
    invocation asked;
    const auto table = all_options(asked);
    const auto line = cli::read_command_line(argc, argv, table);
    if (line.find("help")) return print(help_text(cli::help_width()));
    if (line.find("version")) return print(cli::version_text("pulsar-bench"));

    cli::reject_unknown_flags(line, table, "pulsar-bench");
    using enum report::condition::kind;
    const auto verb = line.rest.empty() ? std::string() : line.rest.front();
    if (verb == "compare") {
        parse_compare(asked, line);
    } else if (verb == "merge") {
        parse_merge(asked, line);
    } else {
        parse_run(asked, line);
    }
    asked.json = line.find("json") != nullptr;
    read_conditions(asked, line, verb == "compare" ? ratio : value);
    reject_overwriting(asked, line);
    return asked;
}

}  // namespace pulsar::bench_app
