// A network that stalls, and a drain through a bad one.

#include "chaos/conversation.hpp"
#include "chaos/proxy.hpp"
#include "support/baseline.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/random_frames.hpp"
#include "support/swarm.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <system_error>
#include <thread>

namespace pulsar::test::proxy_stall_test {
namespace {

using namespace std::chrono_literals;

toxics stalled_after(std::size_t bytes) {
    return {.forwarded_at_most = bytes, .at_the_limit = toxics::end::stall};
}

std::string some_frames(std::size_t count) {
    std::mt19937 random(1);
    return random_frames(random, count, 1000);
}

TEST(StalledNetwork, ToTheServerGetsHeartbeatsAndLosesNothing) {
    daemon pulsar({"--heartbeat-interval", "50ms"});
    const baseline before(pulsar);
    const auto stream = some_frames(200);
    // Between two frames, in a header, and in a payload.
    for (const std::size_t limit :
         {first_frame(stream).size(), first_frame(stream).size() + 2, stream.size() - 1}) {
        SCOPED_TRACE("after " + std::to_string(limit) + " bytes");
        proxy between(pulsar.address(), stalled_after(limit), {});
        client socket(between.address());
        socket.send_all(stream);
        socket.shutdown_send();
        const auto owed = complete_frames(std::string_view(stream).substr(0, limit)).size();
        auto heard = socket.receive_exactly(owed + 3 * heartbeat.size());
        EXPECT_EQ(check_echo(stream, heard).heartbeats, 3u);
        between.release();
        heard += socket.receive_until_eof();
        expect_whole_echo({stream, heard, {}});
    }
    before.expect_restored();
    pulsar.expect_orderly_exit();
}

TEST(StalledNetwork, InsideAFrameEndsByTheFrameTimeout) {
    daemon pulsar({"--frame-timeout", "200ms"});
    const baseline before(pulsar);
    const auto stream = some_frames(10);
    proxy between(pulsar.address(), stalled_after(stream.size() - 1), {});
    const auto held = converse(between.address(), stream);
    EXPECT_EQ(held.heard, complete_frames(std::string_view(stream).substr(0, stream.size() - 1)));
    EXPECT_FALSE(held.error) << held.error.message();
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed"), "reason"), "frame_timeout");
    between.release();
    before.expect_restored();
    pulsar.expect_orderly_exit();
}

TEST(StalledNetwork, BetweenFramesEndsByTheIdleTimeout) {
    daemon pulsar({"--idle-timeout", "200ms", "--heartbeat-interval", "50ms"});
    const baseline before(pulsar);
    const auto stream = some_frames(10);
    proxy between(pulsar.address(), stalled_after(stream.size()), {});
    auto held = converse(between.address(), stream + frame("never arrives"));
    held.sent = stream;
    expect_whole_echo(held);
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed"), "reason"), "idle_timeout");
    before.expect_restored();
    pulsar.expect_orderly_exit();
}

TEST(StalledNetwork, ToTheClientEndsByTheWriteTimeoutForThatClientOnly) {
    daemon pulsar({"--write-timeout", "400ms"});
    const baseline before(pulsar);
    client other(pulsar.address());
    proxy between(pulsar.address(), {}, stalled_after(10'000));
    client socket(between.address());
    std::string sent;
    const auto unit = frame(std::string(60'000, 'x'));
    try {
        for (;;) {
            sent += unit;
            socket.send_all(unit);
            expect_echo(other);
        }
    } catch (const std::system_error& ended) {
        EXPECT_NE(ended.code(), std::errc::timed_out);
    }
    const auto peer = pulsar.wait_for("connection", "write timeout");
    EXPECT_GT(number(peer, "pending_out"), 0);
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed", text(peer, "peer")), "reason"),
              "write_timeout");
    expect_echo(other);
    between.release();
    const auto last = socket.receive_until_closed();
    expect_part_of_echo({sent, last.bytes, last.error});
    other.close();
    before.expect_restored();
    pulsar.expect_orderly_exit();
}

TEST(StalledNetwork, ToTheClientForLessThanTheWriteTimeoutLosesNothing) {
    daemon pulsar({"--heartbeat-interval", "50ms"});
    const baseline before(pulsar);
    proxy between(pulsar.address(), {}, stalled_after(10'000));
    client socket(between.address());
    const auto unit = frame(std::string(60'000, 'x'));
    auto sent = socket.flood(unit);  // the last unit perhaps in part
    const auto rest = unit.substr((sent.size() - 1) % unit.size() + 1);
    std::thread finisher([&] {
        socket.send_all(rest);
        socket.shutdown_send();
    });
    between.release();
    const auto last = socket.receive_until_closed();
    finisher.join();
    expect_whole_echo({sent + rest, last.bytes, last.error});
    socket.close();
    before.expect_restored();
    pulsar.expect_orderly_exit();
}

TEST(DrainThroughABadNetwork, EndsEveryStreamInOrder) {
    constexpr std::size_t connections = 50;
    constexpr toxics bad{.latency = 3ms, .jitter = 5ms, .largest_piece = 2000};
    daemon pulsar({"--heartbeat-interval", "0s"});
    proxy between(pulsar.address(), bad, bad);
    swarm load(between.address(), connections, 8);
    ASSERT_TRUE(load.wait_until_busy());
    pulsar.child().send(SIGTERM);
    const auto ended = load.wait_until_closed();
    EXPECT_EQ(ended.ended_in_order, connections) << ended.problem;
    const auto stopped = pulsar.expect_orderly_end();
    EXPECT_EQ(number(stopped, "cut_off"), 0);
    EXPECT_EQ(number(stopped, "frames"), static_cast<std::int64_t>(ended.frames));
}

}  // namespace
}  // namespace pulsar::test::proxy_stall_test
