// What cannot work is told in one clear line, and nothing else is printed.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/pattern.hpp"
#include "support/sanitizers.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <fcntl.h>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <utility>
#include <vector>

namespace pulsar::test::bench_bad_input_test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

TEST(BenchUsage, MistakesAreNamed) {
    expect_refusal({"--no-such-flag"}, bad_usage, {"--no-such-flag"});
    expect_refusal({"127.0.0.1"}, bad_usage, {"ADDRESS", "\"127.0.0.1\""});
    expect_refusal({"127.0.0.1:0"}, bad_usage, {"ADDRESS", "127.0.0.1:0"});
    expect_refusal({":80", "fd:3"}, bad_usage, {"ADDRESS", "fd:3"});
    expect_refusal({"--source", "localhost"}, bad_usage, {"--source", "localhost"});
    expect_refusal({"--proxy-protocol", "v3"}, bad_usage, {"--proxy-protocol", "v3"});
    expect_refusal({"--ramp", "5"}, bad_usage, {"--ramp", "\"5\""});
    expect_refusal({"--framing", "none", "-s", "0-9"}, bad_usage, {"--frame-size", "0-9"});
    expect_refusal({"--fail-if", "p99"}, bad_usage, {"--fail-if", "p99"});
    expect_refusal({"--fail-if", "p99>1\x1b[m"}, bad_usage, {"--fail-if", "p99>1\\x1b[m"});
    expect_refusal({"--html", "a", "--hdr", "./a"}, bad_usage, {"--hdr", "./a"});
    expect_refusal({"--connections", "0"}, bad_usage, {"--connections", "\"0\""});
    expect_refusal({"--frame-size", "9-5"}, bad_usage, {"--frame-size", "9-5"});
    expect_refusal({"--duration", "10"}, bad_usage, {"--duration", "\"10\""});
    expect_refusal({"--mode", "loud"}, bad_usage, {"--mode", "loud"});
    expect_refusal({"-n", "5", "-d", "1s"}, bad_usage, {"--frames", "--duration"});
    expect_refusal({"--mode", "idle", "-r", "5"}, bad_usage, {"--rate", "idle"});
    expect_refusal({"--rate"}, bad_usage, {"--rate"});
}

TEST(BenchUsage, HelpAndVersionGoToStandardOutput) {
    const auto help = run(bench_with({"--help"}));
    EXPECT_EQ(help.how, exited(0));
    EXPECT_EQ(help.err, "");
    for (const auto* flag :
         {"--connections", "--frame-size", "--pipeline", "--duration", "--frames", "--rate",
          "--warmup", "--threads", "--mode", "--json", "--html", "compare", "127.0.0.1:8080"})
        EXPECT_NE(help.out.find(flag), std::string::npos) << flag;
    const auto version = run(bench_with({"--version"}));
    EXPECT_EQ(version.how, exited(0));
    EXPECT_EQ(version.err, "");
    EXPECT_TRUE(pattern(R"(^pulsar-bench \d+\.\d+\.\d+)").is_in(version.out));
}

TEST(BenchBadInput, FrameLargerThanTheServerTakes) {
    daemon pulsar({"--max-frame-size", "1KiB"});
    for (const auto& more : {strings{"-d", "1h"}, strings{"-n", "1000", "-p", "4"}}) {
        strings flags{pulsar.address(), "-w", "0s", "-c", "5", "-s", "1025B"};
        flags.insert(flags.end(), more.begin(), more.end());
        const auto [how, result, err] = run_bench(flags, bench_grace);
        EXPECT_EQ(how, exited(run_failed));
        EXPECT_EQ(result.count("frames"), 0);
        EXPECT_EQ(result.errors(), 5);
        EXPECT_EQ(result.errors("closed"), 5);
        expect_one_complaint(err, {"closed", "frame size"});
    }
    const auto largest = expect_all_echoed({pulsar.address(), "-n", "50", "-s", "1KiB"});
    EXPECT_EQ(largest.count("frames"), 50);
    pulsar.expect_orderly_exit();
}

TEST(BenchBadInput, FrameMuchLargerThanTheServerTakes) {
    daemon pulsar;
    const auto [how, result, err] =
        run_bench({pulsar.address(), "-c", "1", "-d", "1h", "-s", "100MiB"}, bench_grace);
    EXPECT_EQ(how, exited(run_failed));
    EXPECT_EQ(result.errors(), 1);
    // What the server does not read, it may answer with a reset.
    EXPECT_EQ(result.errors("closed") + result.errors("reset"), 1);
    expect_one_complaint(err, {"frame size"});
    pulsar.expect_orderly_exit();
}

TEST(BenchBadInput, FramesOfWhichSomeAreLargerThanTheServerTakes) {
    daemon pulsar({"--max-frame-size", "1KiB"});
    const auto [how, result, err] =
        run_bench({pulsar.address(), "-d", "1h", "-s", "0-2KiB"}, bench_grace);
    EXPECT_EQ(how, exited(run_failed));
    EXPECT_EQ(result.errors(), 50);
    EXPECT_EQ(result.errors("closed"), 50);
    EXPECT_GT(number(pulsar.expect_orderly_exit(), "frames"), 0);
}

TEST(BenchBadInput, MoreConnectionsThanTheServerTakes) {
    daemon pulsar({"--max-connections", "3"});
    const auto [how, result, err] =
        run_bench({pulsar.address(), "-w", "0s", "-d", "500ms", "-c", "10"}, 500ms + bench_grace);
    EXPECT_EQ(how, exited(run_failed));
    EXPECT_EQ(result.errors(), 7);
    EXPECT_EQ(result.errors("reset"), 7);
    expect_one_complaint(err, {"reset"});
    EXPECT_GT(result.count("frames"), 0);
    EXPECT_EQ(result.real("duration_s"), 0.5);
    const auto stopped = pulsar.expect_orderly_exit();
    EXPECT_EQ(number(stopped, "connections"), 3);
    EXPECT_EQ(number(stopped, "frames"), result.count("frames"));
}

launch with_open_files(rlim_t limit, const strings& flags) {
    auto how = bench_with(flags);
    how.limits = {{RLIMIT_NOFILE, limit}};
    return how;
}

TEST(BenchBadInput, MoreConnectionsThanOpenFiles) {
    daemon pulsar;
    const auto refused =
        run(with_open_files(64, {pulsar.address(), "-w", "0s", "-d", "1h", "-c", "64"}));
    EXPECT_EQ(refused.how, exited(bad_usage));
    EXPECT_EQ(refused.out, "");
    expect_one_complaint(refused.err, {"--connections \"64\"", "64 open files"});
    const auto most = pattern("^.*at most (\\d+) .*\n").replaced_in(refused.err, "$1");
    EXPECT_EQ(number(pulsar.expect_orderly_exit(), "connections"), 0);

    // The number that it names is one that works.
    daemon another;
    for (const auto* mode : {"echo", "churn"}) {
        const auto result =
            run(with_open_files(64, {another.address(), "-n", "200", "-c", most, "--mode", mode}));
        EXPECT_EQ(result.how, exited(0)) << most;
        EXPECT_EQ(result.err, "");
    }
    another.expect_orderly_exit();
}

/// Some of the threads run by then.
TEST(BenchBadInput, MoreThreadsThanThereIsMemoryFor) {
    if (sanitized()) {
        GTEST_SKIP() << "a sanitizer takes more address space than there would be";
    }
    daemon pulsar;
    auto how = bench_with({pulsar.address(), "-d", "1h", "-c", "64", "-t", "64"});
    how.limits = {{RLIMIT_STACK, 8 << 20}, {RLIMIT_AS, 200 << 20}};
    const auto refused = run(how);
    EXPECT_EQ(refused.how, exited(run_failed));
    EXPECT_EQ(refused.out, "");
    expect_one_complaint(refused.err, {"cannot start --threads 64: Resource temporarily"});
    pulsar.expect_orderly_exit();
}

TEST(BenchBadInput, FileThatCannotBeWritten) {
    const temp_dir dir;
    daemon pulsar;
    const auto page = dir / "missing" + "/page.html";
    for (const auto* flag : {"--html", "--hdr"}) {
        const strings run{pulsar.address(), "-w", "0s", "-d", "1h", flag};
        const auto refused = [&](const std::string& path, const std::string& why) {
            auto flags = run;
            flags.push_back(path);
            expect_refusal(flags, run_failed, {path, why}, bench_grace);
        };
        refused(page, "No such file or directory");
        refused(dir / "", "Is a directory");
    }
    EXPECT_EQ(number(pulsar.expect_orderly_exit(), "connections"), 0) << "told before the run";
}

}  // namespace
}  // namespace pulsar::test::bench_bad_input_test
