// What a server may do is no error, however unusual: pieces of any size, and heartbeats between any
// two frames.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/fake_server.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace pulsar::test::bench_legal_echo_test {
namespace {

using strings = std::vector<std::string>;

/// What of an echo is sent, and how.
using answer = std::function<void(fake_peer& client, const std::string& frame)>;

fake_server::behaviour each_frame(const answer& give) {
    return [give](fake_peer& client) {
        for (;;)
            give(client, client.receive_frame());
    };
}

struct legal_echo {
    std::string name;
    std::int64_t heartbeats_per_frame;
    fake_server::behaviour serve;
    strings flags{};

    friend std::ostream& operator<<(std::ostream& out, const legal_echo& what) {
        return out << what.name;
    }
};

void in_one_piece(fake_peer& client, const std::string& frame) {
    client.send(frame);
}

void byte_by_byte(fake_peer& client, const std::string& frame) {
    client.dribble(frame);
}

void after_a_heartbeat(fake_peer& client, const std::string& frame) {
    client.send(heartbeat + frame);
}

void after_a_heartbeat_byte_by_byte(fake_peer& client, const std::string& frame) {
    client.dribble(heartbeat + frame);
}

/// A write ends, and the next begins, in the middle of a heartbeat.
void with_a_divided_heartbeat(fake_peer& client, const std::string& frame) {
    client.send(heartbeat.substr(0, 6));
    client.send(heartbeat.substr(6) + frame.substr(0, 2));
    client.send(frame.substr(2));
}

void after_many_heartbeats(fake_peer& client, const std::string& frame) {
    std::string bytes;
    for (int i = 0; i < 1000; ++i)
        bytes += heartbeat;
    client.send(bytes + frame);
}

/// Heartbeats before there is a frame.
void greet_with_a_heartbeat(fake_peer& client) {
    client.send(heartbeat);
    each_frame(in_one_piece)(client);
}

void echo_in_fours(fake_peer& client) {
    for (;;) {
        std::string frames;
        for (int i = 0; i < 4; ++i)
            frames += client.receive_frame();
        client.send(frames);
    }
}

class BenchLegalEcho : public testing::TestWithParam<legal_echo> {};

TEST_P(BenchLegalEcho, IsNoError) {
    const auto& [name, heartbeats, serve, more_flags] = GetParam();
    fake_server server(serve);
    strings flags{server.address(), "-c", "2", "-n", "120"};
    flags.insert(flags.end(), more_flags.begin(), more_flags.end());
    const auto result = expect_all_echoed(flags);
    EXPECT_EQ(result.count("frames"), 120);
    EXPECT_EQ(result.count("heartbeats"), 120 * heartbeats);
}

INSTANTIATE_TEST_SUITE_P(
    Of, BenchLegalEcho,
    testing::Values(
        legal_echo{"WholeFrames", 0, each_frame(in_one_piece)},
        legal_echo{"SingleBytes", 0, each_frame(byte_by_byte)},
        legal_echo{"SingleBytesOfEmptyFrames", 0, each_frame(byte_by_byte), {"-s", "0B"}},
        legal_echo{"SeveralFramesAtOnce", 0, echo_in_fours, {"-p", "4"}},
        legal_echo{"Heartbeats", 1, each_frame(after_a_heartbeat)},
        legal_echo{"HeartbeatsInSingleBytes", 1, each_frame(after_a_heartbeat_byte_by_byte)},
        legal_echo{"DividedHeartbeats", 1, each_frame(with_a_divided_heartbeat)},
        legal_echo{"ManyHeartbeats", 1000, each_frame(after_many_heartbeats)},
        // The header of such a frame is that of a heartbeat.
        legal_echo{"HeartbeatsBetweenFramesOfTheirSize",
                   1,
                   each_frame(after_a_heartbeat_byte_by_byte),
                   {"-s", "9B"}},
        legal_echo{"HeartbeatsBetweenEmptyFrames", 1, each_frame(after_a_heartbeat), {"-s", "0B"}},
        legal_echo{
            "HeartbeatsBetweenPipelinedFrames", 1, each_frame(after_a_heartbeat), {"-p", "16"}},
        legal_echo{"HeartbeatsInChurn", 1, each_frame(after_a_heartbeat), {"--mode", "churn"}}),
    [](const auto& parameter) { return parameter.param.name; });

TEST(BenchHeartbeat, BeforeTheFirstFrameIsNoError) {
    fake_server server(greet_with_a_heartbeat);
    const auto result = expect_all_echoed({server.address(), "-c", "2", "-n", "50"});
    EXPECT_EQ(result.count("frames"), 50);
    EXPECT_LE(result.count("heartbeats"), 2) << "what comes before the first frame may not count";
}

TEST(BenchHeartbeat, OfTheDaemonIsCountedBetweenFramesOfALowRate) {
    daemon pulsar({"--heartbeat-interval", "20ms"});
    const auto result = expect_all_echoed(
        {pulsar.address(), "-c", "3", "-r", "10", "-p", "8", "-w", "0s", "-d", "600ms"});
    pulsar.expect_orderly_exit();
    std::int64_t sent = 0;
    for (const auto& closed : pulsar.events("connection", "closed"))
        sent += number(closed, "heartbeats");
    EXPECT_GT(result.count("heartbeats"), 0);
    EXPECT_LE(result.count("heartbeats"), sent);
    EXPECT_EQ(result.count("frames"), 6);
}

}  // namespace
}  // namespace pulsar::test::bench_legal_echo_test
