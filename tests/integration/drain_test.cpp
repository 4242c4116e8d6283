#include "integration/running_server.hpp"
#include "support/client.hpp"
#include "support/expect_time.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace {

using namespace pulsar::test;
using namespace std::chrono_literals;

pulsar::server::options two_loops() {
    pulsar::server::options options;
    options.threads = 2;
    return options;
}

/// Of a drain that ends in order.
std::chrono::steady_clock::duration time_of_finish(running_server& s) {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_TRUE(s.finish());
    return std::chrono::steady_clock::now() - begin;
}

TEST(Drain, WithoutConnectionsEndsAtOnce) {
    running_server s(two_loops());
    expect_time(time_of_finish(s), 0s);
    const auto stopped = s.wait_for("server", "stopped");
    EXPECT_EQ(stopped.at("connections").as_int64(), 0);
}

TEST(Drain, BeforeTheStartEndsAtOnce) {
    running_server s;
    s.stop();
    EXPECT_TRUE(s.finish());
}

TEST(Drain, AnIdleClientGetsTheEnd) {
    running_server s(two_loops());
    client c(s.address());
    c.send_all(frame("x"));
    EXPECT_EQ(c.receive_exactly(5), frame("x"));
    s.stop();
    EXPECT_EQ(c.receive_until_eof(), "");
    c.close();
    EXPECT_TRUE(s.finish());
    EXPECT_EQ(s.wait_for("connection", "closed").at("reason").as_string(), "drained");
    EXPECT_EQ(s.wait_for("server", "stopped").at("drained").as_int64(), 1);
}

TEST(Drain, AClientThatStaysIsLeftAfterASecond) {
    running_server s(two_loops());
    client c(s.address());
    s.wait_for("connection", "opened");
    expect_time(time_of_finish(s), 1s);
    EXPECT_EQ(s.wait_for("server", "stopped").at("drained").as_int64(), 1);
}

TEST(Drain, FramesThatHadArrivedAreEchoed) {
    running_server s(two_loops());
    client c(s.address(), 4096);
    std::string sent;
    for (int i = 0; i < 100; ++i)
        sent += frame(std::string(3'000, 'x'));
    c.send_all(sent);
    ASSERT_TRUE(eventually([&] { return c.unacknowledged() == 0; }));
    s.stop();
    s.wait_for("server", "draining");
    EXPECT_TRUE(c.receive_until_eof() == sent);
    c.close();
    EXPECT_TRUE(s.finish());
}

TEST(Drain, ABlockedClientGetsAPrefixThatEndsWithAFrame) {
    running_server s(two_loops());
    client c(s.address(), 4096);
    const auto sent = c.flood(frame(std::string(5'000, 'x')));
    s.stop();
    s.wait_for("server", "draining");
    const auto check = check_echo(sent, c.receive_until_eof());
    EXPECT_EQ(check.problem, "");
    EXPECT_EQ(check.partial, 0u);
    EXPECT_GT(check.frames, 0u);
    c.close();
    EXPECT_TRUE(s.finish());
    EXPECT_EQ(number(s.wait_for("server", "stopped"), "frames"), check.frames);
}

TEST(Drain, AFrameUnderWayMayFinishAndNothingBehindIt) {
    running_server s;  // one loop, so that the end of `idle` tells of the cut-off of both
    client c(s.address());
    client idle(s.address());
    const auto whole = frame("under way");
    c.send_all(whole.substr(0, 3));
    idle.send_all(frame("x"));
    EXPECT_EQ(idle.receive_exactly(5), frame("x"));
    s.stop();
    EXPECT_EQ(idle.receive_until_eof(), "");
    c.send_all(whole.substr(3, 4));
    c.send_all(whole.substr(7) + frame("too late"));
    EXPECT_EQ(c.receive_until_eof(), whole);
    c.close();
    EXPECT_TRUE(s.finish());
    const auto stopped = s.wait_for("server", "stopped");
    EXPECT_EQ(stopped.at("drained").as_int64(), 2);
    EXPECT_EQ(stopped.at("dropped_partial").as_int64(), 0);
}

/// The second that it may be silent for begins with the drain. Another client, which is left after
/// a second, tells that so long has passed.
TEST(Drain, AFrameThatHasWaitedForLongMayFinish) {
    auto options = two_loops();
    options.connection.heartbeat_interval = 0ms;
    running_server s(options);
    client c(s.address());
    const auto whole = frame("under way");
    c.send_all(whole.substr(0, 6));
    client other(s.address());
    other.send_all("GET ");
    s.wait_for("connection", "closed");
    s.stop();
    s.wait_for("server", "draining");
    c.send_all(whole.substr(6));
    EXPECT_EQ(c.receive_until_eof(), whole);
    c.close();
    EXPECT_TRUE(s.finish());
    EXPECT_EQ(number(s.wait_for("server", "stopped"), "dropped_partial"), 0);
}

TEST(Drain, AFrameThatIsNotGoneOnWithIsDropped) {
    running_server s(two_loops());
    client c(s.address());
    c.send_all(frame("whole") + frame("under way").substr(0, 6));
    EXPECT_EQ(c.receive_exactly(9), frame("whole"));
    s.stop();
    EXPECT_EQ(c.receive_until_eof(), "");
    c.close();
    EXPECT_TRUE(s.finish());
    const auto stopped = s.wait_for("server", "stopped");
    EXPECT_EQ(stopped.at("drained").as_int64(), 1);
    EXPECT_EQ(stopped.at("dropped_partial").as_int64(), 1);
}

TEST(Drain, NoHeartbeatOnceItHasBegun) {
    auto options = two_loops();
    options.connection.heartbeat_interval = 100ms;
    running_server s(options);
    client c(s.address());
    c.send_all(frame("under way").substr(0, 6));
    EXPECT_EQ(c.receive_exactly(heartbeat.size()), heartbeat);
    s.stop();
    s.wait_for("server", "draining");
    // A whole second passes until the frame is given up. One may have been on its way.
    EXPECT_LE(c.receive_until_eof().size(), heartbeat.size());
}

TEST(Drain, WhatIsLeftAtTheTimeoutIsReset) {
    auto options = two_loops();
    options.drain_timeout = 200ms;
    running_server s(options);
    client c(s.address(), 4096);
    c.flood(frame(std::string(10'000, 'x')));
    expect_time(time_of_finish(s), 200ms);
    EXPECT_EQ(c.receive_until_closed().error, std::errc::connection_reset);
    EXPECT_EQ(s.wait_for("server", "drain timeout").at("connections").as_int64(), 1);
    const auto stopped = s.wait_for("server", "stopped");
    EXPECT_EQ(stopped.at("cut_off").as_int64(), 1);
    EXPECT_EQ(stopped.at("drained").as_int64(), 0);
    EXPECT_EQ(s.wait_for("connection", "closed").at("reason").as_string(), "drain_timeout");
}

TEST(Drain, ATimeoutOfZeroCutsOffAtOnce) {
    auto options = two_loops();
    options.drain_timeout = 0ms;
    running_server s(options);
    client c(s.address(), 4096);
    c.flood(frame(std::string(10'000, 'x')));
    expect_time(time_of_finish(s), 0s);
    EXPECT_EQ(s.wait_for("server", "stopped").at("cut_off").as_int64(), 1);
}

TEST(Drain, AClientThatEndsDuringItCountsAsDrained) {
    running_server s(two_loops());
    client c(s.address());
    c.send_all(frame("under way").substr(0, 6));
    s.wait_for("connection", "opened");
    s.stop();
    s.wait_for("server", "draining");
    c.shutdown_send();
    EXPECT_EQ(c.receive_until_eof(), "");
    EXPECT_TRUE(s.finish());
    const auto stopped = s.wait_for("server", "stopped");
    EXPECT_EQ(stopped.at("drained").as_int64(), 1);
    EXPECT_EQ(stopped.at("dropped_partial").as_int64(), 1);
}

TEST(Drain, AResetDuringItDoesNotCountAsDrained) {
    running_server s(two_loops());
    client c(s.address());
    c.send_all(frame("under way").substr(0, 6));
    s.wait_for("connection", "opened");
    s.stop();
    s.wait_for("server", "draining");
    c.reset();
    EXPECT_TRUE(s.finish());
    const auto stopped = s.wait_for("server", "stopped");
    EXPECT_EQ(stopped.at("drained").as_int64() + stopped.at("cut_off").as_int64(), 0);
}

}  // namespace
