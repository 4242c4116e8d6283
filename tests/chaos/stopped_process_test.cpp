// Processes that are stopped (SIGSTOP) and go on: a debugger, a suspended laptop, a paused
// container.

#include "support/baseline.hpp"
#include "support/bench.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/effort.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

namespace pulsar::test::stopped_process_test {
namespace {

using namespace std::chrono_literals;

/// Returns once all its threads have stopped.
void stop(process& child) {
    child.send(SIGSTOP);
    const auto status = "/proc/" + std::to_string(child.pid()) + "/status";
    ASSERT_TRUE(
        eventually([&] { return read_file(status).find("State:\tT") != std::string::npos; }));
}

void stop_for(process& child, std::chrono::milliseconds time) {
    stop(child);
    std::this_thread::sleep_for(time);  // what is tested
    child.send(SIGCONT);
}

std::size_t heartbeats_in(std::string_view bytes) {
    return check_echo("", bytes).heartbeats;
}

std::ptrdiff_t write_timeouts(daemon& pulsar) {
    const auto closed = pulsar.events("connection", "closed");
    return std::count_if(closed.begin(), closed.end(), [](const event& logged) {
        return text(logged, "reason") == "write_timeout";
    });
}

TEST(StoppedDaemon, UnderLoadLosesNothingAndSendsOneHeartbeatForAllThatWereDue) {
    daemon pulsar({"--heartbeat-interval", "100ms", reports_often});
    const baseline before(pulsar);
    client silent(pulsar.address());
    EXPECT_EQ(silent.receive_exactly(heartbeat.size()), heartbeat);
    process bench(bench_with({"-c", "20", "-p", "4", "-s", "1-20000", "-w", "0s", "-d", "60s",
                              "--json", pulsar.address()}));
    std::size_t heartbeats = 1;
    const auto from = std::chrono::steady_clock::now();
    auto stopped_for = 0ms;
    const int rounds = effort(4, 30);
    for (int round = 0; round < rounds; ++round) {
        const auto frames = number(pulsar.report(), "frames");
        wait_for_total(pulsar, "frames", frames + 100);
        stop_for(pulsar.child(), 350ms);
        stopped_for += 350ms;
        heartbeats += heartbeats_in(silent.receive_exactly(2 * heartbeat.size()));
    }
    const auto running = std::chrono::steady_clock::now() - from - stopped_for;
    bench.send(SIGINT);
    expect_all_echoed(finish(bench));
    silent.shutdown_send();
    heartbeats += heartbeats_in(silent.receive_until_eof());
    // One for each interval in which it ran, and one for each time that it had been stopped.
    EXPECT_LE(static_cast<std::int64_t>(heartbeats), running / 100ms + rounds + 2);
    silent.close();
    before.expect_restored();
    pulsar.expect_orderly_exit();
}

TEST(StoppedClient, ForAWhileLosesNothing) {
    daemon pulsar({reports_often});
    const baseline before(pulsar);
    process bench(bench_with({"-c", "8", "-p", "64", "-s", "64KiB", "-w", "0s", "-d", "60s",
                              "--json", pulsar.address()}));
    for (int round = 0; round < effort(3, 30); ++round) {
        wait_for_total(pulsar, "frames", number(pulsar.report(), "frames") + 100);
        stop_for(bench, 200ms);
    }
    bench.send(SIGINT);
    expect_all_echoed(finish(bench));
    before.expect_restored();
    pulsar.expect_orderly_exit();
}

TEST(StoppedClient, ForLongerThanTheWriteTimeoutIsResetAndOthersNeverNotice) {
    // A Unix socket takes less than a frame, so that a connection which is echoing one when the
    // client stops owes it bytes. TCP's buffers may grow until they take all that is in flight.
    const temp_dir dir;
    daemon pulsar({"--write-timeout", "200ms", "--listen", "unix:" + (dir / "socket")});
    const baseline before(pulsar);
    client other(pulsar.address());
    process bench(bench_with(
        {"-c", "6", "-p", "4", "-s", "1MiB", "-w", "0s", "-d", "60s", "--json", pulsar.address()}));
    std::ptrdiff_t resets = 0;
    for (int round = 0; round < 10 && resets == 0; ++round) {
        const auto frames = number(pulsar.report(), "frames");
        EXPECT_TRUE(eventually([&] { return number(pulsar.report(), "frames") > frames + 20; }));
        stop(bench);
        eventually(
            [&] {
                expect_echo(other);
                return (resets = write_timeouts(pulsar)) > 0;
            },
            1s);
        bench.send(SIGCONT);
    }
    EXPECT_GT(resets, 0);
    bench.send(SIGINT);
    const auto run = finish(bench);
    EXPECT_EQ(run.how, exited(1));
    expect_echo(other);
    other.close();
    before.expect_restored();
    EXPECT_EQ(run.result.errors(), write_timeouts(pulsar));
    EXPECT_EQ(run.result.errors("mismatch"), 0);
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::stopped_process_test
