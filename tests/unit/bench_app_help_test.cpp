#include "pulsar/bench_app/help.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

namespace pulsar::bench_app::help_test {
namespace {

/// From the flag to the next one or the end of its group, on one line with single blanks.
std::string entry_of(const std::string& flag) {
    const auto help = help_text(100);
    const auto at = help.find("  " + flag + ' ');
    if (at == std::string::npos) return "no " + flag;
    const auto next =
        std::min({help.find("\n  -", at), help.find("\n      --", at), help.find("\n\n", at)});
    std::istringstream words(help.substr(at, next - at));
    std::string entry;
    for (std::string word; words >> word;)
        entry += (entry.empty() ? "" : " ") + word;
    return entry;
}

TEST(BenchHelp, NamesEveryFlagWithItsDefault) {
    const std::pair<const char*, const char*> flags[] = {
        {"-c, --connections N", "[50]"},
        {"-s, --frame-size S", "[64B]"},
        {"-p, --pipeline N", "[1]"},
        {"-r, --rate N", "[unlimited]"},
        {"    --mode M", "[echo]"},
        {"-t, --threads N", "[1]"},
        {"-d, --duration D", "[10s]"},
        {"-n, --frames N", "[none]"},
        {"-w, --warmup D", "[1s; with --frames 0s]"},
        {"    --timeout D", "[2s]"},
        {"    --framing F", "[length]"},
        {"    --source ADDRESS", "[by the system]"},
        {"    --proxy-protocol V", "[none]"},
        {"    --ramp D", "[0s]"},
        {"    --html FILE", "[none]"},
        {"    --hdr FILE", "[none]"},
        {"    --fail-if CONDITION", "[none]"}};
    for (const auto& [flag, fallback] : flags) {
        EXPECT_TRUE(entry_of(flag).ends_with(fallback)) << entry_of(flag);
    }
    for (const auto* flag : {"    --json", "-h, --help", "-V, --version"}) {
        EXPECT_FALSE(entry_of(flag).starts_with("no ")) << flag;
        EXPECT_FALSE(entry_of(flag).ends_with(']')) << flag;
    }
    EXPECT_NE(help_text(100).find("unix:@NAME [127.0.0.1:8080]"), std::string::npos);
}

TEST(BenchHelp, TellsOfCompareUnitsExitStatusAndExamples) {
    const auto help = help_text(100);
    for (const auto* part : {"Usage: pulsar-bench [FLAGS] [ADDRESS...]\n", "pulsar-bench compare ",
                             "pulsar-bench merge ", "500ms", "64KiB",
                             "Exit status: 0: ", " 1: a mismatch, a lost frame, no connection",
                             " 2: bad usage", " 3: a --fail-if", "Examples:\n", "-p 32", "-r 20000",
                             "--mode idle", "--mode churn", "| jq .latency_us"}) {
        EXPECT_NE(help.find(part), std::string::npos) << part;
    }
}

TEST(BenchHelp, FitsATerminal) {
    for (const std::size_t width : {40U, 60U, 80U, 100U, 120U}) {
        std::istringstream help(help_text(width));
        for (std::string line; std::getline(help, line);) {
            EXPECT_LE(line.size(), width) << line;
            EXPECT_FALSE(line.ends_with(' ')) << line;
        }
    }
}

}  // namespace
}  // namespace pulsar::bench_app::help_test
