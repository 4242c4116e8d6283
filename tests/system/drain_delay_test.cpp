#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/expect_time.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>

namespace pulsar::test::drain_delay_test {
namespace {

using namespace std::chrono_literals;

class DrainDelayBy : public testing::TestWithParam<int> {};

TEST_P(DrainDelayBy, GoesOnServingOldClientsAndNewOnes) {
    daemon pulsar({"--drain-delay", "1s", "--heartbeat-interval", "50ms"});
    auto before = served(pulsar.address());
    pulsar.child().send(GetParam());
    const auto delayed = pulsar.wait_for("server", "drain delayed");
    EXPECT_EQ(text(delayed, "level"), "info");
    EXPECT_EQ(text(delayed, "signal"), GetParam() == SIGINT ? "SIGINT" : "SIGTERM");
    EXPECT_EQ(delayed.at("delay_s").to_number<double>(), 1.0);
    EXPECT_EQ(number(delayed, "connections"), 1);
    auto during = served(pulsar.address());
    EXPECT_EQ(during.receive_exactly(heartbeat.size()), heartbeat);
    EXPECT_EQ(number(pulsar.report(), "connections"), 2);
    EXPECT_TRUE(pulsar.events("server", "draining").empty());
    const auto rest = before.receive_until_eof();
    EXPECT_EQ(rest.size() % heartbeat.size(), 0u);
    EXPECT_GE(rest.size(), heartbeat.size());
    before.close();
    during.close();
    const auto stopped = pulsar.expect_orderly_end();
    EXPECT_EQ(number(stopped, "drained"), 2);
    const auto draining = pulsar.events("server", "draining");
    ASSERT_EQ(draining.size(), 1u);
    EXPECT_EQ(text(draining[0], "signal"), text(delayed, "signal"));
    EXPECT_EQ(number(draining[0], "connections"), 2);
    expect_time(std::chrono::duration<double>(seconds_between(delayed, draining[0])), 999ms);
}

INSTANTIATE_TEST_SUITE_P(Signal, DrainDelayBy, testing::Values(SIGINT, SIGTERM),
                         [](const auto& signal) {
                             return signal.param == SIGINT ? "Sigint" : "Sigterm";
                         });

TEST(DrainDelay, IsForADaemonWithoutClientsToo) {
    daemon pulsar({"--drain-delay", "300ms"});
    pulsar.child().send(SIGTERM);
    const auto delayed = pulsar.wait_for("server", "drain delayed");
    const auto stopped = pulsar.expect_orderly_end();
    expect_time(std::chrono::duration<double>(seconds_between(delayed, stopped)), 299ms);
}

TEST(DrainDelay, DoesNotExistByDefault) {
    daemon pulsar;
    pulsar.expect_orderly_exit();
    EXPECT_TRUE(pulsar.events("server", "drain delayed").empty());
}

}  // namespace
}  // namespace pulsar::test::drain_delay_test
