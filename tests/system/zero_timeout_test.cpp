// What 0s means: never for the write timeout, at once for the drain's.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/deadline.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/process_usage.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace pulsar::test::zero_timeout_test {
namespace {

constexpr int small_buffer = 4096;

/// A daemon with a client that it owes more than that reads.
struct blocked {
    explicit blocked(const std::string& flag, const std::string& value)
        : pulsar({flag, value, "--heartbeat-interval", "0s", "--report-interval", "0s"}),
          socket(served(pulsar.address(), small_buffer)),
          sent(socket.flood(frame(std::string(10'000, 'x')))) {}

    daemon pulsar;
    client socket;
    std::string sent;
};

/// The other, which is blocked later, shows that the time for a write timeout has passed.
TEST(WriteTimeoutOfZero, NeverCutsOffAClientThatDoesNotRead) {
    blocked never("--write-timeout", "0s");
    blocked other("--write-timeout", "1s");
    EXPECT_EQ(text(other.pulsar.wait_for("connection", "closed"), "reason"), "write_timeout");
    EXPECT_TRUE(sleeps(never.pulsar.child().pid())) << "it waits for nothing but the client";
    EXPECT_TRUE(never.pulsar.events("connection", "write timeout").empty());
    EXPECT_TRUE(never.pulsar.events("connection", "closed").empty());

    const auto owed = std::string(complete_frames(never.sent));
    EXPECT_TRUE(never.socket.receive_exactly(owed.size()) == owed);
    never.socket.close();
    never.pulsar.expect_orderly_exit();
    other.socket.close();
    other.pulsar.expect_orderly_exit();
}

/// Seconds from the beginning of the drain to its end, with a client that does not read.
double drain_with(const std::string& timeout) {
    blocked one("--drain-timeout", timeout);
    const auto stopped = one.pulsar.expect_orderly_exit();
    EXPECT_EQ(number(stopped, "cut_off"), 1);
    EXPECT_EQ(text(one.pulsar.wait_for("connection", "closed"), "reason"), "drain_timeout");
    const auto [received, error] = one.socket.receive_until_closed();
    EXPECT_EQ(error, std::errc::connection_reset);
    EXPECT_EQ(check_echo(one.sent, received).problem, "");
    return seconds_between(one.pulsar.wait_for("server", "draining"), stopped);
}

TEST(DrainTimeoutOfZero, CutsOffAtOnce) {
    EXPECT_LT(drain_with("0s"), 0.25 * patience());
}

/// The timer begins a moment before the line.
TEST(DrainTimeout, PassesBeforeAnyoneIsCutOff) {
    const auto took = drain_with("700ms");
    EXPECT_GE(took, 0.6);
    EXPECT_LT(took, 0.7 + 0.5 * patience());
}

}  // namespace
}  // namespace pulsar::test::zero_timeout_test
