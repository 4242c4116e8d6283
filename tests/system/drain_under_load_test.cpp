#include "support/daemon.hpp"
#include "support/effort.hpp"
#include "support/swarm.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace pulsar::test::drain_under_load_test {
namespace {

constexpr std::size_t connections = 500;

/// PULSAR_TEST_DRAIN_ROUNDS: more of them find rarer faults.
int rounds() {
    const char* named = std::getenv("PULSAR_TEST_DRAIN_ROUNDS");
    return named ? std::max(1, std::atoi(named)) : effort_by_build(25, 3);
}

void drain_under_load(std::size_t frames_in_flight) {
    daemon pulsar(
        {"--heartbeat-interval", "0s", "--threads", "2", "--log-level", "info,connection=warn"});
    swarm clients(pulsar.address(), connections, frames_in_flight);
    ASSERT_TRUE(clients.wait_until_busy());
    pulsar.child().send(SIGTERM);
    const auto received = clients.wait_until_closed();
    const auto stopped = pulsar.expect_orderly_end();

    EXPECT_EQ(received.ended_in_order, connections) << received.problem;
    EXPECT_EQ(number(stopped, "connections"), connections);
    EXPECT_EQ(number(stopped, "drained"), connections);
    EXPECT_EQ(number(stopped, "cut_off"), 0);
    EXPECT_EQ(number(stopped, "frames"), received.frames);
    EXPECT_EQ(number(stopped, "bytes_out"), received.bytes);
    if (number(stopped, "dropped_partial") == 0) {
        EXPECT_EQ(number(stopped, "bytes_in"), received.bytes);
    } else {
        EXPECT_GT(number(stopped, "bytes_in"), received.bytes);
    }
}

TEST(DrainUnderLoad, PingPong) {
    for (int round = 0; round < rounds() && !testing::Test::HasFailure(); ++round) {
        SCOPED_TRACE(round);
        drain_under_load(1);
    }
}

TEST(DrainUnderLoad, Pipelined) {
    for (int round = 0; round < rounds() && !testing::Test::HasFailure(); ++round) {
        SCOPED_TRACE(round);
        drain_under_load(8);
    }
}

}  // namespace
}  // namespace pulsar::test::drain_under_load_test
