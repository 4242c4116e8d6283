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

pulsar::server::options without_heartbeat() {
    pulsar::server::options options;
    options.connection.heartbeat_interval = 0ms;
    return options;
}

/// Of the only connection, for `reason`, and that so much time after it began.
void expect_end(running_server& s, const std::string& reason, std::chrono::milliseconds due) {
    const auto closed = s.wait_for("connection", "closed");
    EXPECT_EQ(text(closed, "reason"), reason);
    expect_time(seconds(closed, "duration_s"), due);
}

TEST(Timeout, AFrameThatIsNotCompletedEndsTheConnectionInOrder) {
    auto options = without_heartbeat();
    options.connection.frame_timeout = 100ms;
    running_server s(options);
    client c(s.address());
    c.send_all(frame("whole") + frame("unfinished").substr(0, 7));
    EXPECT_EQ(c.receive_until_eof(), frame("whole"));
    const auto warned = s.wait_for("connection", "frame timeout");
    EXPECT_EQ(warned.at("received").as_int64(), 7);
    EXPECT_EQ(warned.at("announced").as_int64(), 10);
    c.close();
    expect_end(s, "frame_timeout", 100ms);
}

TEST(Timeout, AnUnfinishedHeaderAnnouncesNothing) {
    auto options = without_heartbeat();
    options.connection.frame_timeout = 50ms;
    running_server s(options);
    client c(s.address());
    c.send_all(std::string(2, '\0'));
    EXPECT_EQ(c.receive_until_eof(), "");
    const auto warned = s.wait_for("connection", "frame timeout");
    EXPECT_EQ(warned.at("received").as_int64(), 2);
    EXPECT_FALSE(warned.contains("announced"));
}

TEST(Timeout, DrippingBytesDoNotExtendAFrame) {
    auto options = without_heartbeat();
    options.connection.frame_timeout = 150ms;
    running_server s(options);
    client c(s.address());
    const auto whole = frame(std::string(100'000, 'x'));
    std::size_t sent = 0;
    const bool closed = eventually([&] {
        if (sent < whole.size() && s.events("connection", "frame timeout").empty()) {
            c.send_all(whole.substr(sent++, 1));
        }
        return !s.events("connection", "frame timeout").empty();
    });
    EXPECT_TRUE(closed);
    c.close();
    expect_end(s, "frame_timeout", 150ms);
}

TEST(Timeout, AnIdleClientIsClosedInOrder) {
    auto options = without_heartbeat();
    options.connection.idle_timeout = 100ms;
    running_server s(options);
    client c(s.address());
    c.send_all(frame("x"));
    EXPECT_EQ(c.receive_until_eof(), frame("x"));
    c.close();
    expect_end(s, "idle_timeout", 100ms);
}

TEST(Timeout, HeartbeatsDoNotMakeAClientLessIdle) {
    pulsar::server::options options;
    options.connection.heartbeat_interval = 20ms;
    options.connection.idle_timeout = 300ms;
    running_server s(options);
    client c(s.address());
    const auto received = c.receive_until_eof();
    c.close();
    expect_end(s, "idle_timeout", 300ms);
    EXPECT_GE(received.size(), 3 * heartbeat.size());
    EXPECT_EQ(received.size() % heartbeat.size(), 0u);
}

TEST(Timeout, NeverMeansNever) {
    auto options = without_heartbeat();
    options.connection.frame_timeout = 0ms;
    options.connection.write_timeout = 0ms;
    running_server s(options);
    client c(s.address());
    c.send_all(frame("x").substr(0, 3));
    client other(s.address());
    other.send_all(frame("y"));
    EXPECT_EQ(other.receive_exactly(5), frame("y"));
    c.send_all(frame("x").substr(3));
    EXPECT_EQ(c.receive_exactly(5), frame("x"));
}

}  // namespace
