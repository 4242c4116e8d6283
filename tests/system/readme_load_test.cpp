// Runs the README's section on load testing: what it shows is what happens, but for the figures.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/markdown.hpp"
#include "support/process.hpp"
#include "support/readme.hpp"
#include "support/temp_dir.hpp"
#include "support/terminal.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace pulsar::test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;
using names = std::set<std::string>;

const std::string load_testing = "Load testing";

/// A line of output without what differs from run to run. Of a load, what was asked for stays, and
/// of a count the 0.
std::string comparable(const std::string& printed) {
    static const std::regex time_of_all_frames("^((echo|churn) on .*), [\\d.,]+ m?s\n");
    static const std::regex bar("^[\\d.,]+ - .*\n");
    static const std::regex exact(
        "^((echo|idle|churn) on|connections|pulsar-bench:|status|\\*) .*\n");
    static const std::regex figure("(^| )(?!0\\s)\\d[\\d.,]*(?=[x\\s])");
    auto line = std::regex_replace(printed, std::regex(" +"), " ");
    if (line.starts_with(' ')) line.erase(0, 1);
    line = std::regex_replace(line, time_of_all_frames, "$1, TIME\n");
    line = std::regex_replace(line, bar, "BAR\n");
    return std::regex_match(line, exact) ? line : std::regex_replace(line, figure, "$1N");
}

/// The lines of an output, its bars as one.
strings shape(const std::string& output) {
    strings shown;
    for (const auto& line : lines_of(output)) {
        auto next = comparable(line);
        const bool among_bars = next == "BAR\n" || next == "...\n";
        if (!among_bars || shown.empty() || shown.back() != "BAR\n") shown.push_back(next);
    }
    return shown;
}

TEST(ReadmeTranscripts, LoadTesting) {
    const temp_dir dir;
    const bool has_jq = run(shell_in(dir, "command -v jq")).how == exited(0);
    auto daemon = std::make_unique<terminal>(dir, "pulsar");
    for (const auto& block : readme_blocks({"console"})) {
        if (block.section != load_testing) continue;
        SCOPED_TRACE(where(block));
        for (const auto& [line, output] : commands(block.content)) {
            if (line.starts_with("pulsar ")) {
                daemon = std::make_unique<terminal>(dir, line);
                EXPECT_EQ(output, "");
            } else if (has_jq || !line.starts_with("jq ")) {
                const auto printed = output_of(dir, daemon->filled_in(line), 30s);
                EXPECT_EQ(shape(printed), shape(daemon->filled_in(output))) << line;
            }
        }
    }
    if (!has_jq) GTEST_SKIP() << "needs jq for a part";
}

TEST(ReadmeTranscripts, LoadTestingShapeKeepsWhatIsNotAFigure) {
    const auto page = section(repository_file("README.md"), load_testing);
    std::string all;
    for (const auto& block : code_blocks(page)) {
        for (const auto& one : commands(block.content)) {
            for (const auto& line : shape(one.output))
                all += line;
        }
    }
    for (const auto* kept : {"echo on :8080, 50 connections, 64B frames, pipeline 1, 1 thread, "
                             "10 s after 1 s warm-up\n",
                             "\nframes N\n", "\nframes/s N N Nx\n", "\nconnections 5,000\n",
                             "\nheartbeats 0\n", "\nheartbeats N\n", "\nerrors 0\n", "BAR\n",
                             "* frame size 64B 4KiB\n", "status 2\n", "\n\"p99_9\": N\n"}) {
        EXPECT_NE(all.find(kept), std::string::npos) << kept << "in: " << all;
    }
}

/// What stands in backticks.
strings code_in(const std::string& cell) {
    static const std::regex quoted("`([^`]+)`");
    strings found;
    for (std::sregex_iterator at(cell.begin(), cell.end(), quoted), end; at != end; ++at)
        found.push_back((*at)[1]);
    return found;
}

/// `key`, or `key.member` of an object and of an array's objects.
names keys_of(const event& result) {
    names keys;
    for (const auto& [key, value] : result) {
        const auto* inner = value.if_object();
        if (value.is_array()) inner = &value.as_array().at(0).as_object();
        if (inner == nullptr) {
            keys.insert(key);
            continue;
        }
        for (const auto& member : *inner)
            keys.insert(std::string(key) + '.' + std::string(member.key()));
    }
    return keys;
}

names documented_keys(const std::string& page) {
    names keys;
    for (const auto& row : rows_of_table(page, "keys")) {
        auto words = code_in(row.at(0));
        const bool nested = std::regex_search(row.at(0), std::regex("^`\\w+`(:|, of items with) "));
        const auto prefix = nested ? words.front() + '.' : "";
        if (nested) words.erase(words.begin());
        for (const auto& word : words)
            keys.insert(prefix + word);
    }
    return keys;
}

TEST(ReadmeTables, NameTheKeysAndTheErrorsOfJson) {
    daemon pulsar;
    const auto result = expect_all_echoed({pulsar.address(), "-c", "1", "-n", "10"});
    pulsar.expect_orderly_exit();
    const auto page = section(repository_file("README.md"), load_testing);
    EXPECT_EQ(documented_keys(page), keys_of(result.object()));

    names errors;
    for (const auto& [kind, count] : result.object().at("errors").as_object())
        errors.insert(kind);
    names documented{"total"};
    for (const auto& row : rows_of_table(page, "error"))
        documented.insert(code_in(row.at(0)).at(0));
    EXPECT_EQ(documented, errors);
}

}  // namespace
}  // namespace pulsar::test
