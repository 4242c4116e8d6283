// Connections for a frame each, connections that only hold, and a given rate, against the daemon.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/fake_server.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <string>

namespace pulsar::test::bench_modes_test {
namespace {

std::int64_t heartbeats_sent(daemon& pulsar) {
    std::int64_t sum = 0;
    for (const auto& closed : pulsar.events("connection", "closed"))
        sum += number(closed, "heartbeats");
    return sum;
}

TEST(BenchChurn, OpensAConnectionForEachFrame) {
    daemon pulsar;
    const auto result =
        expect_all_echoed({pulsar.address(), "--mode", "churn", "-n", "301", "-c", "5"});
    EXPECT_EQ(result.count("frames"), 301);
    EXPECT_EQ(result.count("connections"), 5);
    const auto stopped = pulsar.expect_orderly_exit();
    EXPECT_EQ(number(stopped, "frames"), 301);
    EXPECT_EQ(number(stopped, "connections"), 301);
    const auto ends = pulsar.events("connection", "closed");
    EXPECT_EQ(ends.size(), 301U);
    for (const auto& closed : ends)
        EXPECT_EQ(text(closed, "reason"), "peer_closed");
}

TEST(BenchChurn, LastsForItsDuration) {
    daemon pulsar;
    const auto result = expect_all_echoed(
        {pulsar.address(), "--mode", "churn", "-w", "0s", "-d", "300ms", "-c", "4", "-t", "2"});
    const auto frames = result.count("frames");
    EXPECT_GT(frames, 0);
    const auto stopped = pulsar.expect_orderly_exit();
    EXPECT_EQ(number(stopped, "frames"), frames);
    EXPECT_EQ(number(stopped, "connections"), frames) << "none that the result lacks";
}

TEST(BenchChurn, OfAServerThatHasServedSpeaksOfNoLimit) {
    std::atomic<bool> served = false;
    const fake_server server([&](fake_peer& client) {
        const auto frame = client.receive_frame();
        if (served.exchange(true)) client.close();
        client.send(frame);
        client.stall();
    });
    const auto [how, result, err] =
        run_bench({server.address(), "--mode", "churn", "-c", "1", "-n", "2"}, bench_grace);
    EXPECT_EQ(how, exited(run_failed));
    expect_one_complaint(err, {"closed by the server before the echo of frame 1"});
    EXPECT_EQ(err.find("limit"), std::string::npos) << err;
}

TEST(BenchChurn, OfAServerThatServesNobodySaysWhatMayBeTheReason) {
    const fake_server server([](fake_peer& client) {
        client.receive_frame();
        client.close();
    });
    const auto [how, result, err] =
        run_bench({server.address(), "--mode", "churn", "-c", "1", "-n", "1"}, bench_grace);
    EXPECT_EQ(how, exited(run_failed));
    expect_one_complaint(err, {"before any echo", "limit of connections",
                               "a proxy without a server", "PROXY header"});
}

TEST(BenchChurn, FramesOfTheWarmUpAreNotMeasured) {
    daemon pulsar;
    const auto result = expect_all_echoed(
        {pulsar.address(), "--mode", "churn", "-w", "200ms", "-n", "100", "-c", "3"});
    EXPECT_EQ(result.count("frames"), 100);
    EXPECT_GT(number(pulsar.expect_orderly_exit(), "frames"), 100);
}

TEST(BenchChurn, UnixSocket) {
    const temp_dir dir;
    daemon pulsar({"--listen", "unix:" + (dir / "socket")});
    const auto result =
        expect_all_echoed({pulsar.address(), "--mode", "churn", "-n", "200", "-s", "0B-9000B"});
    EXPECT_EQ(result.count("frames"), 200);
    EXPECT_EQ(number(pulsar.expect_orderly_exit(), "frames"), 200);
}

TEST(BenchChurn, WaitsForRoomInTheAcceptQueueOfAUnixSocket) {
    const temp_dir dir;
    daemon pulsar({"--listen", "unix:" + (dir / "socket"), "--backlog", "1"});
    const auto result =
        expect_all_echoed({pulsar.address(), "--mode", "churn", "-n", "200", "-c", "50"});
    EXPECT_EQ(result.count("frames"), 200);
    pulsar.expect_orderly_exit();
}

TEST(BenchIdle, CountsHeartbeatsAndSendsNothing) {
    daemon pulsar({"--heartbeat-interval", "50ms"});
    const auto result = expect_all_echoed(
        {pulsar.address(), "--mode", "idle", "-w", "0s", "-d", "600ms", "-c", "20", "-t", "2"});
    EXPECT_EQ(result.count("frames"), 0);
    EXPECT_TRUE(result.object().at("latency_us").as_object().at("p50").is_null());
    const auto stopped = pulsar.expect_orderly_exit();
    EXPECT_EQ(number(stopped, "connections"), 20);
    EXPECT_EQ(number(stopped, "bytes_in"), 0);
    // Some may come before the measurement, or after it.
    EXPECT_GE(result.count("heartbeats"), 20);
    EXPECT_LE(result.count("heartbeats"), heartbeats_sent(pulsar));
}

TEST(BenchIdle, HeartbeatsOfTheWarmUpAreNotMeasured) {
    daemon pulsar({"--heartbeat-interval", "20ms"});
    const auto result = expect_all_echoed(
        {pulsar.address(), "--mode", "idle", "-w", "600ms", "-d", "100ms", "-c", "5"});
    pulsar.expect_orderly_exit();
    EXPECT_LT(result.count("heartbeats"), heartbeats_sent(pulsar) / 2);
}

TEST(BenchRate, IsHeld) {
    daemon pulsar;
    const auto result = expect_all_echoed({pulsar.address(), "-r", "2000", "-w", "200ms", "-d",
                                           "1s", "-c", "50", "-p", "64", "-t", "2"});
    EXPECT_EQ(result.count("rate"), 2000);
    EXPECT_EQ(result.count("unsent_frames"), 0);
    EXPECT_NEAR(static_cast<double>(result.count("frames")), 2000, 2000 * 0.02);
    EXPECT_NEAR(result.real("frames_per_s"), 2000, 2000 * 0.02);
    // 2000 a second during the warm-up, too.
    EXPECT_NEAR(static_cast<double>(number(pulsar.expect_orderly_exit(), "frames")), 2400,
                2400 * 0.02);
}

TEST(BenchRate, ThatIsTooHighForTheWarmUpIsMeasuredAfterIt) {
    daemon pulsar;
    const auto result = expect_all_echoed(
        {pulsar.address(), "-r", "10000000", "-w", "300ms", "-d", "1s", "-c", "3"});
    EXPECT_GT(result.count("frames"), 0);
    EXPECT_EQ(result.count("frames") + result.count("unsent_frames"), 10'000'000);
    pulsar.expect_orderly_exit();
}

/// Each frame that was due is in one of three counts, whatever became of its connection.
void expect_all_accounted_for(const bench_result& result, std::int64_t due) {
    EXPECT_GT(result.count("unsent_frames"), due / 4);
    EXPECT_EQ(result.count("frames") + result.count("lost_frames") + result.count("unsent_frames"),
              due);
}

TEST(BenchRate, WhatWasDueOnAConnectionThatFailedIsUnsent) {
    const fake_server server([](fake_peer& client) {
        if (client.number() == 1) echo_all(client);
        echo(client, 5);
    });
    const auto run = run_bench({server.address(), "-r", "1000", "-w", "0s", "-d", "1s", "-c", "2"});
    EXPECT_EQ(run.result.errors("closed"), 1);
    expect_all_accounted_for(run.result, 1000);
}

TEST(BenchRate, WhatWasDueWhileTheServerWasAwayToTheEndIsUnsent) {
    const fake_server server([](fake_peer& client) {
        if (client.number() < 2) echo(client, 5);
    });
    const auto run = run_bench({server.address(), "-r", "1000", "-w", "0s", "-d", "1s", "-c", "2",
                                "--reconnect", "--timeout", "100ms"});
    EXPECT_EQ(run.result.errors("timeout"), 2);
    expect_all_accounted_for(run.result, 1000);
}

TEST(BenchRate, WhatWasDueOfAServerThatIsSilentToTheEndIsUnsent) {
    const fake_server server([](fake_peer& client) { client.ignore(); });
    const auto run = run_bench({server.address(), "-r", "1000", "-w", "0s", "-d", "500ms", "-c",
                                "2", "--timeout", "100ms"});
    EXPECT_EQ(run.result.count("lost_frames"), 2);
    expect_all_accounted_for(run.result, 500);
}

TEST(BenchRate, BelowOneFramePerConnectionIsHeld) {
    daemon pulsar;
    const auto result =
        expect_all_echoed({pulsar.address(), "-r", "20", "-w", "0s", "-d", "500ms", "-c", "40"});
    EXPECT_EQ(result.count("frames"), 10);
    EXPECT_EQ(number(pulsar.expect_orderly_exit(), "frames"), 10);
}

TEST(BenchRate, WithANumberOfFramesTakesTheTimeOfBoth) {
    daemon pulsar;
    const auto result = expect_all_echoed({pulsar.address(), "-r", "1000", "-n", "500"});
    EXPECT_EQ(result.count("frames"), 500);
    EXPECT_EQ(result.count("unsent_frames"), 0);
    EXPECT_GE(result.real("duration_s"), 0.5);
    EXPECT_LE(result.real("frames_per_s"), 1000) << "the last frame has its interval, too";
    EXPECT_EQ(number(pulsar.expect_orderly_exit(), "frames"), 500);
}

TEST(BenchRate, BeyondWhatTheServerCanDoLeavesFramesUnsent) {
    daemon pulsar;
    const auto result = expect_all_echoed(
        {pulsar.address(), "-r", "1000000000", "-w", "0s", "-d", "300ms", "-c", "2"});
    EXPECT_GT(result.count("frames"), 0);
    EXPECT_EQ(result.count("frames") + result.count("unsent_frames"), 300'000'000);
    EXPECT_EQ(number(pulsar.expect_orderly_exit(), "frames"), result.count("frames"));
    // What waits longer and longer shows how far behind the load is.
    EXPECT_GT(result.latency_ms("max"), 200);
}

}  // namespace
}  // namespace pulsar::test::bench_modes_test
