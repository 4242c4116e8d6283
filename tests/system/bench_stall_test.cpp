// A server that stops for a second: with a rate the percentiles show it, without one they hide it
// (coordinated omission), and only the longest latencies tell.

#include "support/bench.hpp"
#include "support/daemon.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace pulsar::test::bench_stall_test {
namespace {

using namespace std::chrono_literals;

constexpr auto duration = 3s;
constexpr auto stall = 1s;

/// The result of a run during which the daemon is stopped for a while, soon after the load has
/// begun.
bench_result run_through_a_stall(const std::vector<std::string>& flags) {
    daemon pulsar({reports_often});
    process bench(
        bench_with({pulsar.address(), "-c", "10", "-w", "0s", "-d", "3s", "--json"}, flags));
    wait_for_total(pulsar, "frames");
    pulsar.child().send(SIGSTOP);
    std::this_thread::sleep_for(stall);  // what is tested
    pulsar.child().send(SIGCONT);
    auto run = finish(bench, duration + bench_grace);
    expect_all_echoed(run);
    pulsar.expect_orderly_exit();
    return std::move(run.result);
}

/// Of all frames, the share of the second in which the fewest came.
double least_share(const bench_result& result) {
    const auto frames = result.frames_by_second();
    EXPECT_EQ(frames.size(), 3u);
    const auto least = *std::min_element(frames.begin(), frames.end());
    return static_cast<double>(least) / static_cast<double>(result.count("frames"));
}

TEST(BenchStall, ShowsInThePercentilesOfARate) {
    const auto result = run_through_a_stall({"-r", "300"});
    EXPECT_NEAR(static_cast<double>(result.count("frames")), 900, 900 * 0.02);
    EXPECT_EQ(result.count("frames") + result.count("unsent_frames"), 900);
    EXPECT_GT(result.latency_ms("p99"), 500);
    EXPECT_GT(result.latency_ms("p90"), 300);
    EXPECT_LT(result.latency_ms("p50"), 100);
    EXPECT_LT(least_share(result), 0.28);
}

TEST(BenchStall, OfAClosedLoopShowsInTheLongestLatenciesOnly) {
    const auto result = run_through_a_stall({});
    EXPECT_GT(result.latency_ms("max"), 800);
    EXPECT_LT(result.latency_ms("p99"), 300);
    EXPECT_LT(least_share(result), 0.28);
}

}  // namespace
}  // namespace pulsar::test::bench_stall_test
