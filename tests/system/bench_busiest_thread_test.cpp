// How busy the generator itself was: a run that it limits says nothing of the server.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/fake_server.hpp"
#include "support/json.hpp"
#include "support/process.hpp"
#include "support/process_usage.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace pulsar::test::bench_busiest_thread_test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

bool is_limited(const bench_result& result) {
    return result.object().at("generator_limited").as_bool();
}

std::chrono::nanoseconds cpu_time_of_busiest(pid_t pid) {
    std::chrono::nanoseconds most{};
    for (const auto& [thread, time] : cpu_time_by_thread(pid))
        most = std::max(most, time);
    return most;
}

TEST(BenchBusiestThread, HasTheTimeOfACpuThatItTook) {
    daemon pulsar({reports_often});
    process bench(
        bench_with({pulsar.address(), "-c", "1", "-t", "2", "-w", "0s", "-d", "1h", "--json"}));
    wait_for_total(pulsar, "frames");
    const auto before = cpu_time_of_busiest(bench.pid());
    ASSERT_TRUE(
        eventually([&] { return cpu_time_of_busiest(bench.pid()) >= before + 300ms; }, 60s));
    bench.send(SIGINT);
    const auto run = finish(bench, bench_grace);
    expect_all_echoed(run);
    const auto busiest = run.result.real("busiest_thread");
    EXPECT_GE(busiest * run.result.real("duration_s"), 0.29);
    EXPECT_LE(busiest, 1.01);
    EXPECT_EQ(is_limited(run.result), busiest > 0.95);
    pulsar.expect_orderly_exit();
}

TEST(BenchBusiestThread, OfConnectionsThatOnlyHoldTakesNone) {
    daemon pulsar;
    const auto result =
        expect_all_echoed({pulsar.address(), "--mode", "idle", "-c", "2", "-w", "0s", "-d", "1s"});
    EXPECT_LT(result.real("busiest_thread"), 0.2);
    EXPECT_FALSE(is_limited(result));
    pulsar.expect_orderly_exit();
}

TEST(BenchBusiestThread, OfARateThatHasSentAllTakesNone) {
    const fake_server server([](fake_peer& client) { client.ignore(); });
    const auto run = run_bench({server.address(), "-c", "2", "-n", "2", "-r", "1000000"}, 60s);
    EXPECT_EQ(run.how, exited(run_failed));
    EXPECT_LT(run.result.real("busiest_thread"), 0.05);
}

/// What a run prints whose generator was stopped for a while.
std::string printed_after_a_stop(const strings& flags) {
    daemon pulsar({reports_often});
    process bench(
        bench_with({pulsar.address(), "-c", "4", "-w", "0s", "-d", "1h", "-r", "1000"}, flags));
    wait_for_total(pulsar, "frames");
    bench.send(SIGSTOP);
    std::this_thread::sleep_for(300ms);  // what is tested
    bench.send(SIGCONT);
    bench.send(SIGINT);
    EXPECT_EQ(bench.wait(bench_grace), exited(0));
    bench.out().wait_for_end();
    pulsar.expect_orderly_exit();
    return bench.out().text();
}

TEST(BenchGeneratorLimited, IsToldOfFramesThatWentOutLate) {
    EXPECT_TRUE(is_limited(bench_result(printed_after_a_stop({"-p", "200", "--json"}))));
    EXPECT_TRUE(contains(printed_after_a_stop({"-p", "200"}), "the generator was the limit"));
}

}  // namespace
}  // namespace pulsar::test::bench_busiest_thread_test
