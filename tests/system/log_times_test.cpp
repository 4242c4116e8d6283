// The times that events tell in their fields are those between the events.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/deadline.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace pulsar::test::log_times_test {
namespace {

double seconds(const event& logged, std::string_view key) {
    return logged.at({key.data(), key.size()}).to_number<double>();
}

/// Each by itself: the client speaks for the second time after two heartbeats.
TEST(LogTimes, AreThoseOfTheEvents) {
    const double interval = 0.3 * patience();
    const double tolerance = 0.1 * patience();
    daemon pulsar({"--heartbeat-interval", std::to_string(300 * patience()) + "ms",
                   "--report-interval", "0s", "--log-level", "info,connection=debug"});
    auto socket = served(pulsar.address());
    const auto peer = socket.local_address();
    socket.receive_exactly(2 * heartbeat.size());
    expect_echo(socket);
    socket.receive_exactly(heartbeat.size());
    const auto beats = pulsar.wait_for_count(3, "connection", "heartbeat");
    pulsar.report();
    const auto active = pulsar.wait_for("registry", "active", peer);
    socket.close();
    const auto closed = pulsar.wait_for("connection", "closed", peer);
    const auto stopped = pulsar.expect_orderly_exit();

    EXPECT_NEAR(seconds(beats[0], "silent_s"), interval, tolerance);
    EXPECT_NEAR(seconds(beats[1], "silent_s"), 2 * interval, tolerance);
    EXPECT_NEAR(seconds(beats[2], "silent_s"), interval, tolerance);

    const auto opened = pulsar.wait_for("connection", "opened", peer);
    const auto spoke_before = seconds_between(beats[2], active) + interval;
    EXPECT_NEAR(seconds(active, "age_s"), seconds_between(opened, active), tolerance);
    EXPECT_NEAR(seconds(active, "idle_s"), spoke_before, tolerance);
    EXPECT_NEAR(seconds(closed, "duration_s"), seconds_between(opened, closed), tolerance);
    const auto started = pulsar.wait_for("server", "started");
    EXPECT_NEAR(seconds(stopped, "uptime_s"), seconds_between(started, stopped), tolerance);
}

}  // namespace
}  // namespace pulsar::test::log_times_test
