// Conditions that a result must not meet, and what the exit status says of them.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/markdown.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace pulsar::test::bench_fail_if_test {
namespace {

using strings = std::vector<std::string>;

launch with_conditions(strings flags, const strings& conditions) {
    for (const auto& one : conditions)
        flags.insert(flags.end(), {"--fail-if", one});
    return bench_with(flags);
}

TEST(BenchFailIf, PassesWhatIsGood) {
    daemon pulsar;
    const auto result = run(with_conditions(
        {pulsar.address(), "-n", "50"},
        {"errors>0", "lost>=1", "max>1000s", "p99.9<0us", "mean<=0ms", "frames/s<0.001"}));
    EXPECT_EQ(result.how, exited(0));
    EXPECT_EQ(result.err, "");
    EXPECT_TRUE(contains(result.out, "frames/s"));
    pulsar.expect_orderly_exit();
}

TEST(BenchFailIf, NamesEachThatHolds) {
    daemon pulsar;
    const auto result =
        run(with_conditions({pulsar.address(), "-n", "50", "--json"},
                            {"min>0us", "errors>0", "frames/s<1000000000", "errors<=0"}));
    EXPECT_EQ(result.how, exited(condition_held));
    EXPECT_EQ(bench_result(result.out).count("frames"), 50) << "the result is printed as ever";
    const auto lines = lines_of(result.err);
    ASSERT_EQ(lines.size(), 3U) << result.err;
    EXPECT_TRUE(lines[0].starts_with("pulsar-bench: --fail-if min>0us: min is ")) << lines[0];
    EXPECT_TRUE(contains(lines[1], "frames/s<1000000000: frames/s is "));
    EXPECT_TRUE(contains(lines[2], "errors<=0: errors is 0"));
    pulsar.expect_orderly_exit();
}

TEST(BenchFailIf, GoesBeforeWhatElseFails) {
    daemon pulsar({"--max-frame-size", "1KiB"});
    const strings run_that_fails{pulsar.address(), "-c", "5", "-s", "1025B", "-w", "0s"};
    const auto held = run(with_conditions(run_that_fails, {"errors>4"}), bench_grace);
    EXPECT_EQ(held.how, exited(condition_held));
    EXPECT_TRUE(contains(held.err, "5 x closed"));
    EXPECT_TRUE(contains(held.err, "errors>4: errors is 5"));
    const auto passed = run(with_conditions(run_that_fails, {"errors>5"}), bench_grace);
    EXPECT_EQ(passed.how, exited(run_failed));
    EXPECT_FALSE(contains(passed.err, "errors>5"));
    pulsar.expect_orderly_exit();
}

TEST(BenchFailIf, HoldsForWhatTheRunDoesNotHave) {
    daemon pulsar;
    const strings idle{pulsar.address(), "--mode", "idle", "-c", "2", "-w", "0s", "-d", "10ms"};
    const auto result = run(with_conditions(idle, {"p99>1s", "outage>1s", "errors>0"}));
    EXPECT_EQ(result.how, exited(condition_held));
    EXPECT_TRUE(contains(result.err, "p99>1s: the run has no p99"));
    EXPECT_TRUE(contains(result.err, "outage>1s: the run has no outage"));
    EXPECT_EQ(lines_of(result.err).size(), 2U) << result.err;
    pulsar.expect_orderly_exit();
}

TEST(BenchFailIf, IsNotAskedWhereNoLoadWasSent) {
    expect_refusal({"127.0.0.1:1", "--fail-if", "errors>0"}, run_failed, {"127.0.0.1:1"},
                   bench_grace);
}

TEST(BenchFailIf, ComparesTwoResultsByTheirRatio) {
    const temp_dir dir;
    const auto a = dir / "a";
    const auto b = dir / "b";
    daemon pulsar;
    const auto measure = [&](const std::string& file, const std::string& frames) {
        write_file(file, run(bench_with({pulsar.address(), "-n", frames, "--json"})).out);
    };
    measure(a, "5000");
    write_file(b, read_file(a));
    pulsar.expect_orderly_exit();
    const auto compared = [&](const strings& conditions) {
        return run(with_conditions({"compare", a, b}, conditions));
    };
    const auto equal = compared({"p99>1.001x", "frames/s<0.999x", "errors>1x"});
    EXPECT_EQ(equal.how, exited(0));
    EXPECT_EQ(equal.err, "");
    const auto held = compared({"p99>=1x", "p50>1x"});
    EXPECT_EQ(held.how, exited(condition_held));
    EXPECT_TRUE(contains(held.out, "1.00x"));
    expect_one_complaint(held.err, {"--fail-if p99>=1x", "p99 is "});

    expect_refusal({"compare", a, b, "--fail-if", "p99>1ms"}, bad_usage, {"--fail-if", "p99>1ms"});
    expect_refusal({"compare", a, b, "--json"}, bad_usage, {"--json", "--fail-if"});
    expect_refusal({"127.0.0.1:1", "--fail-if", "p99>1.2x"}, bad_usage, {"--fail-if", "p99>1.2x"});
}

}  // namespace
}  // namespace pulsar::test::bench_fail_if_test
