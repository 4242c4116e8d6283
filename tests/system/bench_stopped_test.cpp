// A pulsar-bench that is stopped for a while and goes on, as by Ctrl+Z and fg.

#include "support/bench.hpp"
#include "support/daemon.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

namespace pulsar::test::bench_stopped_test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

/// The server is there all the time, and has not taken longer for any echo.
TEST(BenchStopped, BeyondItsTimeoutAfterTheEndHasLostNothing) {
    for (const auto& flags :
         {strings{"-r", "1000"}, strings{"-r", "1000", "--reconnect"}, strings{"-s", "8MiB"}}) {
        SCOPED_TRACE(testing::PrintToString(flags));
        daemon pulsar({reports_often, "--max-frame-size", "8MiB"});
        auto how = bench_with({pulsar.address(), "-c", "4", "-w", "0s", "-d", "500ms", "--timeout",
                               "500ms", "--json"});
        how.command.insert(how.command.end(), flags.begin(), flags.end());
        process bench(how);
        wait_for_total(pulsar, "frames");
        bench.send(SIGSTOP);
        std::this_thread::sleep_for(1500ms);  // what is tested
        bench.send(SIGCONT);
        expect_all_echoed(finish(bench, bench_grace));
        pulsar.expect_orderly_exit();
    }
}

/// An echo that a buffer does not take in one go.
TEST(BenchStopped, InTheWaitForEchoesReadsThoseThatLieInItsSockets) {
    daemon pulsar({reports_often, "--max-frame-size", "1MiB"});
    process bench(bench_with(
        {pulsar.address(), "-c", "4", "-s", "1MiB", "-w", "0s", "-d", "500ms", "--json"}));
    wait_for_total(pulsar, "frames");
    pulsar.child().send(SIGSTOP);
    std::this_thread::sleep_for(1s);  // beyond the end
    bench.send(SIGSTOP);
    pulsar.child().send(SIGCONT);
    std::this_thread::sleep_for(2s);  // beyond --timeout
    bench.send(SIGCONT);
    expect_all_echoed(finish(bench, bench_grace));
    pulsar.expect_orderly_exit();
}

/// By the rate, so many frames are sent after the end of the first second, and before that of the
/// second.
TEST(BenchStopped, ForSecondsHasARowThatCoversThem) {
    daemon pulsar({reports_often});
    process bench(
        bench_with({pulsar.address(), "-r", "1000", "-c", "4", "-w", "0s", "-d", "4s", "--json"}));
    wait_for_total(pulsar, "frames", 1050);
    bench.send(SIGSTOP);
    std::this_thread::sleep_for(2500ms);  // what is tested
    bench.send(SIGCONT);
    const auto run = finish(bench, bench_grace);
    expect_all_echoed(run);
    const auto ends = run.result.reals_by_second("t_s");
    ASSERT_GE(ends.size(), 2U);
    EXPECT_EQ(ends[0], 1);
    EXPECT_GE(ends[1], 3) << "a row ends while the process was stopped";
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::bench_stopped_test
