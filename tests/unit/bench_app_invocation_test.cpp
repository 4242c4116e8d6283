#include "pulsar/bench_app/invocation.hpp"
#include "pulsar/cli/usage_error.hpp"
#include "support/bad_values.hpp"
#include "support/pattern.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace pulsar::bench_app::invocation_test {
namespace {

using namespace bench;
using protocol::proxy_header;
using namespace std::chrono_literals;
using enum invocation::action;
using arguments = std::vector<std::string>;

invocation invoke(const arguments& given) {
    std::vector<const char*> argv{"pulsar-bench"};
    for (const auto& one : given)
        argv.push_back(one.c_str());
    return parse(static_cast<int>(argv.size()), argv.data());
}

options run_of(const arguments& given) {
    return invoke(given).run;
}

/// The message of the usage_error, which has to be one line of ASCII; "accepted" if there is none.
std::string rejection(const arguments& given) {
    try {
        invoke(given);
        return "accepted";
    } catch (const cli::usage_error& error) {
        const std::string what = error.what();
        EXPECT_TRUE(std::ranges::all_of(what, [](char c) { return c >= 0x20 && c <= 0x7e; }))
            << what;
        return what;
    }
}

void expect_rejected(const std::string& flag, const arguments& values, const std::string& why) {
    for (const auto& value : values) {
        const auto expected = flag + ' ' + cli::in_quotes(value) + ": " + why;
        EXPECT_EQ(rejection({flag, value}), expected);
        EXPECT_EQ(rejection({flag + '=' + value}), expected);
    }
}

TEST(BenchInvocation, RunsWithDefaults) {
    const auto asked = invoke({});
    EXPECT_EQ(asked.wanted, run);
    EXPECT_FALSE(asked.json);
    EXPECT_FALSE(asked.html_file);
    EXPECT_EQ(net::to_string(asked.run.targets.front()), "127.0.0.1:8080");
    EXPECT_EQ(asked.run.mode, mode::echo);
    EXPECT_EQ(asked.run.connections, 50U);
    EXPECT_EQ(asked.run.frame_size, (size_range{64, 64}));
    EXPECT_EQ(asked.run.pipeline, 1U);
    EXPECT_EQ(asked.run.duration, 10s);
    EXPECT_FALSE(asked.run.frames);
    EXPECT_FALSE(asked.run.rate);
    EXPECT_EQ(asked.run.warmup, 1s);
    EXPECT_EQ(asked.run.timeout, 2s);
    EXPECT_EQ(asked.run.threads, 1U);
    EXPECT_FALSE(asked.run.reconnect);
    const char* const none[] = {nullptr};
    EXPECT_EQ(parse(0, none).wanted, run);
}

TEST(BenchInvocation, TakesEveryFlagLongAndShort) {
    const arguments spellings[] = {
        {"--connections", "7",      "--frame-size", "1-2KiB", "--pipeline", "8",
         "--duration",    "3m",     "--rate",       "9",      "--warmup",   "5ms",
         "--threads",     "2",      "--mode",       "echo",   "--json",     "--html",
         "a b.html",      "[::1]:9"},
        {"[::1]:9", "-c7", "-s1-2K", "-p8", "-d", "180s", "-r9", "-w5ms", "-t2", "--mode=echo",
         "--html=a b.html", "--json"}};
    for (const auto& given : spellings) {
        const auto asked = invoke(given);
        EXPECT_EQ(asked.wanted, run);
        EXPECT_TRUE(asked.json);
        EXPECT_EQ(asked.html_file, "a b.html");
        EXPECT_EQ(net::to_string(asked.run.targets.front()), "[::1]:9");
        EXPECT_EQ(asked.run.mode, mode::echo);
        EXPECT_EQ(asked.run.connections, 7U);
        EXPECT_EQ(asked.run.frame_size, (size_range{1, 2048}));
        EXPECT_EQ(asked.run.pipeline, 8U);
        EXPECT_EQ(asked.run.duration, 3min);
        EXPECT_EQ(asked.run.rate, 9U);
        EXPECT_EQ(asked.run.warmup, 5ms);
        EXPECT_EQ(asked.run.threads, 2U);
    }
    EXPECT_TRUE(run_of({"--reconnect"}).reconnect);
    EXPECT_EQ(run_of({"-n", "5"}).frames, 5U);
    EXPECT_EQ(run_of({"--frames", "5"}).frames, 5U);
    EXPECT_EQ(run_of({"--mode", "idle"}).mode, mode::idle);
    EXPECT_EQ(run_of({"--mode", "churn"}).mode, mode::churn);
    EXPECT_EQ(run_of({"--mode", "halfclose"}).mode, mode::halfclose);
    EXPECT_EQ(run_of({}).framing, framing::length);
    EXPECT_EQ(run_of({"--framing", "none"}).framing, framing::none);
    EXPECT_EQ(run_of({}).ramp, 0s);
    EXPECT_EQ(run_of({"--ramp", "5s"}).ramp, 5s);
    EXPECT_FALSE(run_of({}).proxy_protocol);
    EXPECT_EQ(run_of({"--proxy-protocol", "v1"}).proxy_protocol, proxy_header::version::v1);
    EXPECT_EQ(run_of({"--proxy-protocol", "v2"}).proxy_protocol, proxy_header::version::v2);
    EXPECT_EQ(invoke({"--hdr", "a b"}).hdr_file, "a b");
    EXPECT_EQ(invoke({"--fail-if", "p99>1ms", "--fail-if=errors>0"}).conditions.size(), 2U);
}

TEST(BenchInvocation, ChecksNumbers) {
    struct {
        const char* flag;
        std::string most;
        std::string above;
    } const numbers[] = {{"--connections", "1048576", "1048577"},
                         {"--pipeline", "65536", "65537"},
                         {"--rate", "1000000000", "1000000001"},
                         {"--threads", "1024", "1025"},
                         {"--frames", "9223372036854775807", "9223372036854775808"}};
    for (const auto& [flag, most, above] : numbers) {
        const auto why = "expected a whole number from 1 to " + most;
        expect_rejected(flag, test::bad_numbers, why);
        expect_rejected(flag, {"0", above}, why);
        EXPECT_EQ(rejection({flag, most}), "accepted");
        EXPECT_EQ(rejection({flag, "1"}), "accepted");
    }
    EXPECT_EQ(run_of({"-c", "1048576", "-t", "1024"}).threads, 1024U);
    EXPECT_EQ(run_of({"-n", "9223372036854775807"}).frames, 9'223'372'036'854'775'807U);
}

TEST(BenchInvocation, ChecksDurations) {
    const std::string from_1ms =
        "expected a duration from 1ms to 24h in ms, s, m or h, such as 10s";
    const std::string from_0s = "expected a duration from 0s to 24h in ms, s, m or h, such as 10s";
    for (const auto* flag : {"--duration", "--timeout"}) {
        expect_rejected(flag, test::bad_durations, from_1ms);
        expect_rejected(flag, {"0s", "0ms", "0h"}, from_1ms);
    }
    EXPECT_EQ(run_of({"--timeout", "1ms"}).timeout, 1ms);
    EXPECT_EQ(run_of({"--timeout=24h"}).timeout, 24h);
    for (const auto* flag : {"--warmup", "--ramp"})
        expect_rejected(flag, test::bad_durations, from_0s);
    EXPECT_EQ(run_of({"-d", "1ms"}).duration, 1ms);
    EXPECT_EQ(run_of({"-d", "24h"}).duration, 24h);
    EXPECT_EQ(run_of({"-w", "0s"}).warmup, 0s);
    EXPECT_EQ(run_of({"-w", "24h"}).warmup, 24h);
}

TEST(BenchInvocation, ChecksFrameSizes) {
    expect_rejected(
        "--frame-size", {"",      "-",        "64-",  "-64",     "--",
                         "1-2-3", "64 - 128", "2-1",  "1K-64",   "01",
                         "1.5K",  "64b",      "1kib", "1TiB",    "1025M",
                         "2GiB",  "1-1025M",  "0x40", "64..128", "18446744073709551616"},
        "expected a size from 0B to 1GiB, such as 64B, or two with the smaller one first, such as "
        "64-1KiB");
    const std::pair<const char*, size_range> sizes[] = {
        {"0B", {0, 0}},          {"0", {0, 0}},
        {"512", {512, 512}},     {"1GiB", {1U << 30U, 1U << 30U}},
        {"64-1KiB", {64, 1024}}, {"1K-2M", {1024, 2U << 20U}},
        {"0B-0B", {0, 0}},       {"0-1G", {0, 1U << 30U}},
        {"64B-64", {64, 64}}};
    for (const auto& [text, range] : sizes) {
        EXPECT_EQ(run_of({"-s", text}).frame_size, range) << text;
    }
}

TEST(BenchInvocation, ChecksWordsAndFiles) {
    expect_rejected("--mode", {"", "Echo", "ech", "echo ", "ping"},
                    "expected echo, idle, churn or halfclose");
    expect_rejected("--framing", {"", "None", "off"}, "expected length or none");
    expect_rejected("--proxy-protocol", {"", "1", "V1", "v3"}, "expected v1 or v2");
    expect_rejected("--html", {""}, "expected the path of a file");
    expect_rejected("--hdr", {""}, "expected the path of a file");
    EXPECT_EQ(invoke({"--html", "--json"}).html_file, "--json");
}

TEST(BenchInvocation, KeepsTheFormOfTheAddress) {
    for (const auto* text : {"127.0.0.1:1", ":65535", "[::1]:8080", "localhost:9", "unix:/run/a b",
                             "unix:compare", "compare:1", "unix:@name", "[fe80::1%eth0]:9"}) {
        const auto target = run_of({text}).targets.front();
        EXPECT_EQ(net::to_string(target), text);
        EXPECT_EQ(run_of({"-c1", text, "-p2"}).targets.front(), target);
        EXPECT_EQ(run_of({"-c1", "--", text}).targets.front(), target);
    }
    EXPECT_EQ(run_of({":80"}).targets.front().is, net::address::kind::any);
    EXPECT_EQ(run_of({"[::ffff:127.0.0.1]:80"}).targets.front(),
              run_of({"127.0.0.1:80"}).targets.front());
}

TEST(BenchInvocation, ChecksTheAddress) {
    const auto rule =
        ": expected HOST:PORT, [IPV6]:PORT, :PORT (a port from 1 to 65535), unix:PATH or "
        "unix:@NAME "
        "(at most 107 bytes)";
    for (const auto* text :
         {"", "8080", "localhost", "127.0.0.1:0", ":0", "[::1]:0", "::1:80", "a:65536", "a:080",
          "http://a:80", "unix:", "unix:@", "fd:3", "fd:web", "a\nb", "\xff:1"}) {
        EXPECT_EQ(rejection({text}), "ADDRESS " + cli::in_quotes(text) + rule);
    }
    EXPECT_EQ(rejection({"unix:\xff"}), "ADDRESS \"unix:\\xff\": expected a path in UTF-8");
}

TEST(BenchInvocation, RejectsWhatIsGivenTwice) {
    EXPECT_EQ(rejection({":1", "compare"}).substr(0, 17), "ADDRESS \"compare\"");
    EXPECT_TRUE(invoke({"--json", "--json"}).json);
    for (const auto* flag : {"--connections", "--pipeline", "--rate", "--threads", "--frames"}) {
        EXPECT_EQ(rejection({flag, "3", flag, "3"}),
                  std::string(flag) + " \"3\": given twice, expected one value");
    }
    for (const auto* flag : {"--duration", "--warmup", "--timeout"}) {
        EXPECT_EQ(rejection({flag, "3s", flag, "4s"}),
                  std::string(flag) + " \"4s\": given twice, expected one value");
    }
    EXPECT_EQ(rejection({"-s1", "-s2"}), "--frame-size \"2\": given twice, expected one value");
    EXPECT_EQ(rejection({"--mode=idle", "--mode=echo"}),
              "--mode \"echo\": given twice, expected one value");
    EXPECT_EQ(rejection({"--html=a", "--html=b"}), "--html \"b\": given twice, expected one value");
}

TEST(BenchInvocation, RejectsUnknownFlags) {
    for (const auto* flag : {"--foo", "--foo=1", "-x", "-x4", "-C", "-", "-json", "--config"}) {
        const auto expected = "unknown flag " + cli::in_quotes(flag) +
                              ": expected the flags that pulsar-bench --help shows";
        EXPECT_EQ(rejection({flag}), expected);
        EXPECT_EQ(rejection({"-c1", ":1", flag, "7"}), expected);
        EXPECT_EQ(rejection({"compare", "a", flag}), expected);
    }
    for (const auto& [flag, near] : {std::pair{"--connection=5", "--connections"},
                                     {"---json", "--json"},
                                     {"--frames-size", "--frame-size"},
                                     {"--time-out", "--timeout"}}) {
        EXPECT_EQ(rejection({flag, "7"}),
                  "unknown flag " + cli::in_quotes(flag) + ": did you mean " + near + '?');
    }
    EXPECT_EQ(rejection({"--json=yes"}), "--json \"yes\": expected no value");
    EXPECT_EQ(rejection({"-c"}), "--connections \"\": expected a whole number from 1 to 1048576");
}

TEST(BenchInvocation, TakesDurationOrFrames) {
    const auto expected = "--frames \"5\": expected one of --duration and --frames, not both";
    EXPECT_EQ(rejection({"-d1s", "-n5"}), expected);
    EXPECT_EQ(rejection({"-n5", "-d10s"}), expected);
    EXPECT_EQ(rejection({"-n5", "-d10s", "--mode", "churn"}), expected);
}

TEST(BenchInvocation, FramesNeedNoWarmup) {
    EXPECT_EQ(run_of({"-n5"}).warmup, 0s);
    EXPECT_EQ(run_of({"-n5", "-w1s"}).warmup, 1s);
    EXPECT_EQ(run_of({"-n5", "-w250ms"}).warmup, 250ms);
}

TEST(BenchInvocation, ThreadsAreAtMostTheConnections) {
    EXPECT_EQ(run_of({"-t4", "-c3"}).threads, 3U);
    EXPECT_EQ(run_of({"-t4", "-c4"}).threads, 4U);
    EXPECT_EQ(run_of({"-t64"}).threads, 50U);
}

TEST(BenchInvocation, RejectsFlagsThatTheModeHasNoUseFor) {
    struct {
        arguments flag;
        const char* shown;
        const char* modes;
    } const flags[] = {{{"--rate", "10"}, "--rate \"10\"", "echo"},
                       {{"--pipeline", "2"}, "--pipeline \"2\"", "echo or halfclose"},
                       {{"--reconnect"}, "--reconnect", "echo or idle"},
                       {{"-s64B"}, "--frame-size \"64B\"", "echo, churn or halfclose"},
                       {{"-n9"}, "--frames \"9\"", "echo, churn or halfclose"},
                       {{"--framing=none"}, "--framing \"none\"", "echo, churn or halfclose"}};
    for (const std::string mode : {"echo", "idle", "churn", "halfclose"}) {
        for (const auto& [flag, shown, modes] : flags) {
            auto given = flag;
            given.insert(given.end(), {"--mode", mode});
            const auto rule =
                std::string(shown) + ": expected only with --mode " + modes + ", not with --mode ";
            const bool fits = std::string(modes).find(mode) != std::string::npos;
            EXPECT_EQ(rejection(given), fits ? "accepted" : rule + mode);
        }
        const arguments of_all[] = {{"-p1"},         {"-c9"},       {"-d9s"},
                                    {"-w9s"},        {"--ramp=9s"}, {"--source=::1"},
                                    {"--html=a"},    {"--hdr=a"},   {"--proxy-protocol=v2"},
                                    {"--json"},      {":1", ":2"},  {"--framing=length"},
                                    {"--timeout=9s"}};
        for (auto given : of_all) {
            given.insert(given.end(), {"--mode", mode});
            EXPECT_EQ(rejection(given), "accepted") << given.front();
        }
    }
}

TEST(BenchInvocation, FramesWithoutALengthAreNotEmpty) {
    const std::string rule = ": expected 1B or more with --framing none";
    EXPECT_EQ(rejection({"--framing=none", "-s0B"}), "--frame-size \"0B\"" + rule);
    EXPECT_EQ(rejection({"-s0-64", "--framing=none"}), "--frame-size \"0-64\"" + rule);
    EXPECT_EQ(rejection({"-s1-64", "--framing=none"}), "accepted");
    EXPECT_EQ(rejection({"-s0-64", "--framing=length"}), "accepted");
}

TEST(BenchInvocation, TakesSeveralAddresses) {
    const auto targets = run_of({":1", "-c", "9", "unix:@a", ":1"}).targets;
    ASSERT_EQ(targets.size(), 3U);
    EXPECT_EQ(net::to_string(targets[0]), ":1");
    EXPECT_EQ(net::to_string(targets[1]), "unix:@a");
    EXPECT_EQ(targets[2], targets[0]) << "with twice the share";
    EXPECT_EQ(rejection({":1", "b"}).substr(0, 11), "ADDRESS \"b\"");
}

TEST(BenchInvocation, TakesSeveralSources) {
    const auto sources =
        run_of({"--source", "127.0.0.2", "--source=::1", "--source=::ffff:127.0.0.3"}).sources;
    ASSERT_EQ(sources.size(), 3U);
    EXPECT_EQ(sources[0].to_string(), "127.0.0.2");
    EXPECT_EQ(sources[1].to_string(), "::1");
    EXPECT_EQ(sources[2].to_string(), "127.0.0.3");
    expect_rejected("--source", {"", "localhost", "127.0.0.1:80", "127.1", "10.0.0.0/8", "[::1]"},
                    "expected an IPv4 or IPv6 address of this machine, without a port");
}

TEST(BenchInvocation, ComparesTwoFiles) {
    for (const arguments& given : {arguments{"compare", "before.json", "b c"},
                                   {"--", "compare", "before.json", "b c"},
                                   {"compare", "--", "before.json", "b c"}}) {
        const auto asked = invoke(given);
        EXPECT_EQ(asked.wanted, compare);
        EXPECT_EQ(asked.files[0], "before.json");
        EXPECT_EQ(asked.files[1], "b c");
    }
    EXPECT_EQ(invoke({"compare", "compare", "compare"}).files[1], "compare");
    for (const arguments& given : {arguments{"compare"},
                                   {"compare", "a"},
                                   {"compare", "a", "b", "c"},
                                   {"compare", "", "b"},
                                   {"compare", "a", ""}}) {
        EXPECT_EQ(rejection(given),
                  "compare: expected two files that --json or --html wrote, as in pulsar-bench "
                  "compare A B");
    }
}

TEST(BenchInvocation, CompareTakesNoFlag) {
    for (const std::string flag : {"--json", "--reconnect"})
        EXPECT_EQ(rejection({"compare", "a", "b", flag}),
                  flag + ": expected no flag but --fail-if with compare");
    for (const auto* flag :
         {"--connections", "--frame-size", "--pipeline", "--rate", "--mode", "--threads",
          "--duration", "--frames", "--warmup", "--timeout", "--html"}) {
        EXPECT_EQ(rejection({flag, "1", "compare", "a", "b"}),
                  std::string(flag) + " \"1\": expected no flag but --fail-if with compare");
    }
    EXPECT_EQ(invoke({"compare", "-h"}).text, invoke({"-h"}).text);
}

TEST(BenchInvocation, MergesTwoFilesOrMore) {
    const auto asked = invoke({"merge", "a", "--json", "b", "--html=p", "--hdr", "h", "c"});
    EXPECT_EQ(asked.wanted, merge);
    EXPECT_EQ(asked.files, (arguments{"a", "b", "c"}));
    EXPECT_TRUE(asked.json);
    EXPECT_EQ(asked.html_file, "p");
    EXPECT_EQ(asked.hdr_file, "h");
    EXPECT_EQ(invoke({"merge", "merge", "compare"}).files, (arguments{"merge", "compare"}));
    for (const arguments& given :
         {arguments{"merge"}, {"merge", "a"}, {"merge", "a", ""}, {"merge", "", "b"}}) {
        EXPECT_EQ(rejection(given),
                  "merge: expected two or more files that --json or --html wrote, as in "
                  "pulsar-bench merge A B");
    }
    EXPECT_EQ(rejection({"merge", "a", "b", "./a"}),
              "merge \"./a\": given twice, expected each result once");
    EXPECT_EQ(rejection({"merge", "a", "b", "-r5"}),
              "--rate \"5\": expected no flag but --json, --html, --hdr and --fail-if with merge");
}

TEST(BenchInvocation, ChecksConditionsForWhatTheyAreOf) {
    EXPECT_EQ(rejection({"--fail-if", "p99>1ms"}), "accepted");
    EXPECT_EQ(rejection({"merge", "a", "b", "--fail-if", "p99>1ms"}), "accepted");
    EXPECT_EQ(rejection({"compare", "a", "b", "--fail-if", "p99>1.2x"}), "accepted");
    for (const auto& [verb, text] : {std::pair{"", "p99>1.2x"},
                                     {"", ""},
                                     {"", "p98>1ms"},
                                     {"", "p99 > 1ms"},
                                     {"", "p99=1ms"},
                                     {"", "errors>0ms"},
                                     {"", "p99>\n"},
                                     {"merge", "p99>1.2x"},
                                     {"compare", "p99>1ms"}}) {
        arguments given{"--fail-if=errors>=0", "--fail-if", text};
        if (*verb != '\0') given = {verb, "a", "b", "--fail-if", text};
        const auto why = rejection(given);
        EXPECT_TRUE(why.starts_with("--fail-if " + cli::in_quotes(text) + ": expected ")) << why;
    }
}

TEST(BenchInvocation, WritesOverNothingOfItsOwn) {
    const std::string own = ": expected a file of its own";
    EXPECT_EQ(rejection({"--html", "x", "--hdr", "x"}), "--hdr \"x\"" + own);
    EXPECT_EQ(rejection({"--html", "a/../x", "--hdr", "./x"}), "--hdr \"./x\"" + own);
    EXPECT_EQ(rejection({"merge", "a", "b", "--html", "./b"}), "--html \"./b\"" + own);
    EXPECT_EQ(rejection({"merge", "a", "b", "--hdr", "a"}), "--hdr \"a\"" + own);
    EXPECT_EQ(rejection({"--html", "x", "--hdr", "y"}), "accepted");
    EXPECT_EQ(rejection({"--html", "/dev/null", "--hdr", "/dev/null"}), "accepted");
}

TEST(BenchInvocation, WritesOverNothingOfItsOwnByALink) {
    const test::temp_dir dir;
    test::write_file(dir / "result", "{}");
    std::filesystem::create_hard_link(dir / "result", dir / "hard");
    std::filesystem::create_symlink("result", dir / "soft");
    std::filesystem::create_symlink("page", dir / "dangling");
    std::filesystem::create_symlink("dangling", dir / "twice");
    std::filesystem::create_symlink("loop", dir / "loop");
    const auto written = [&](const std::string& name) {
        return rejection({"merge", dir / "result", "b", "--html", dir / name});
    };
    for (const std::string name : {"hard", "soft"})
        EXPECT_EQ(written(name), "--html \"" + (dir / name) + "\": expected a file of its own");
    EXPECT_EQ(written("dangling"), "accepted");
    EXPECT_EQ(written("loop"), "accepted");  // to open(2), which says why
    EXPECT_EQ(rejection({"merge", dir / "result", dir / "hard"}),
              "merge \"" + (dir / "hard") + "\": given twice, expected each result once");
    for (const std::string name : {"dangling", "twice"})
        EXPECT_EQ(rejection({"--html", dir / name, "--hdr", dir / "page"}),
                  "--hdr \"" + (dir / "page") + "\": expected a file of its own");
}

TEST(BenchInvocation, HelpAndVersionWinOverEverything) {
    const auto help = invoke({"-h"}).text;
    const auto version = invoke({"-V"}).text;
    EXPECT_TRUE(help.starts_with("pulsar-bench loads a server"));
    for (const arguments& more : {arguments{},
                                  {"--foo"},
                                  {"bar", "baz"},
                                  {"-t", "x"},
                                  {"--threads"},
                                  {"-d1s", "-n1"},
                                  {"compare", "a"}}) {
        auto given = more;
        given.insert(given.begin(), "--help");
        EXPECT_EQ(invoke(given).wanted, print);
        EXPECT_EQ(invoke(given).text, help);
        given[0] = "--version";
        EXPECT_EQ(invoke(given).text, version);
    }
    EXPECT_EQ(invoke({"-V", "-h"}).text, help);
    const test::pattern line(R"(pulsar-bench \d+\.\d+\.\d+ \((g|clang)\+\+ \d+\.\d+\.\d+, )"
                             R"(Boost \d+\.\d+(\.\d+)?, CLI11 \d+\.\d+\.\d+\)\n)");
    EXPECT_TRUE(line.matches(version)) << version;
}

}  // namespace
}  // namespace pulsar::bench_app::invocation_test
