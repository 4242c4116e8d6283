// How late frames go out is the generator's own doing, and no server's.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/json.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

namespace pulsar::test::bench_send_lag_test {
namespace {

using namespace std::chrono_literals;

constexpr auto duration = 3s;

double lag_ms(const bench_result& result, std::string_view statistic) {
    return result.object().at("send_lag_us").at(statistic).to_number<double>() / 1000;
}

/// The result of a run during which one of both is stopped for a while.
bench_result run_through_a_stop(bool of_server, std::chrono::milliseconds stop,
                                const std::vector<std::string>& flags) {
    daemon pulsar({reports_often});
    auto how = bench_with({pulsar.address(), "-c", "4", "-w", "0s", "-d", "3s", "--json"});
    how.command.insert(how.command.end(), flags.begin(), flags.end());
    process bench(how);
    wait_for_total(pulsar, "frames");
    auto& stopped = of_server ? pulsar.child() : bench;
    stopped.send(SIGSTOP);
    std::this_thread::sleep_for(stop);  // what is tested
    stopped.send(SIGCONT);
    auto run = finish(bench, duration + bench_grace);
    expect_all_echoed(run);
    pulsar.expect_orderly_exit();
    return std::move(run.result);
}

TEST(BenchSendLag, IsThatOfAGeneratorThatWasStopped) {
    const auto result = run_through_a_stop(false, 300ms, {"-r", "1000", "-p", "200"});
    EXPECT_GT(lag_ms(result, "max"), 250);
    EXPECT_GT(lag_ms(result, "p99"), 100) << "300 of 3,000 were due in that time";
    EXPECT_LE(lag_ms(result, "p50"), lag_ms(result, "p99"));
    EXPECT_LE(lag_ms(result, "p99"), lag_ms(result, "max") * 1.01);
}

TEST(BenchSendLag, IsNotThatOfAServerThatWasStopped) {
    for (const std::string pipeline : {"1", "200"}) {
        SCOPED_TRACE(pipeline);
        const auto result = run_through_a_stop(true, 1s, {"-r", "1000", "-p", pipeline});
        EXPECT_GT(result.latency_ms("max"), 900);
        EXPECT_LT(lag_ms(result, "max"), 600);
    }
}

TEST(BenchSendLag, IsNotThatOfASocketThatWasFull) {
    const auto result = run_through_a_stop(true, 1s, {"-r", "400", "-p", "1000", "-s", "128KiB"});
    EXPECT_GT(result.latency_ms("max"), 900);
    EXPECT_LT(lag_ms(result, "max"), 600);
}

TEST(BenchSendLag, IsToldWithARateOnly) {
    daemon pulsar;
    const auto result = expect_all_echoed({pulsar.address(), "-n", "10"});
    EXPECT_TRUE(result.object().at("send_lag_us").is_null());
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::bench_send_lag_test
