#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

namespace pulsar::test::heartbeat_test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

TEST(Heartbeat, FollowsSilenceAgainAndAgain) {
    daemon pulsar({"--heartbeat-interval", "50ms", "--log-level", "debug"});
    const auto begin = std::chrono::steady_clock::now();
    client socket(pulsar.address());
    EXPECT_EQ(socket.receive_exactly(39),
              "\0\0\0\x09HEARTBEAT\0\0\0\x09HEARTBEAT\0\0\0\x09HEARTBEAT"s);
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 150ms);
    const auto beat = pulsar.wait_for("connection", "heartbeat", socket.local_address());
    EXPECT_EQ(text(beat, "level"), "debug");
    EXPECT_GE(beat.at("silent_s").to_number<double>(), 0.045);
    socket.shutdown_send();
    socket.receive_until_eof();
    const auto closed = pulsar.wait_for("connection", "closed");
    EXPECT_GE(number(closed, "heartbeats"), 3);
    EXPECT_EQ(number(closed, "bytes_out"), 13 * number(closed, "heartbeats"));
    EXPECT_EQ(number(closed, "frames"), 0);
    pulsar.expect_orderly_exit();
}

TEST(Heartbeat, NeverWhenSwitchedOff) {
    daemon pulsar({"--heartbeat-interval", "0s", "--idle-timeout", "200ms"});
    client socket(pulsar.address());
    EXPECT_EQ(socket.receive_until_eof(), "");
    socket.close();
    pulsar.expect_orderly_exit();
}

TEST(Heartbeat, StandsBeforeTheEchoOfAnUnfinishedFrame) {
    daemon pulsar({"--heartbeat-interval", "50ms"});
    client socket(pulsar.address());
    socket.send_all(frame("HELLO").substr(0, 6));
    EXPECT_EQ(socket.receive_exactly(13), heartbeat);
    socket.send_all(frame("HELLO").substr(6));
    socket.shutdown_send();
    const auto rest = socket.receive_until_eof();
    const auto check = check_echo(frame("HELLO"), rest);
    EXPECT_EQ(check.problem, "");
    EXPECT_EQ(check.frames, 1u);
    EXPECT_TRUE(rest.ends_with(frame("HELLO"))) << "no heartbeat after our FIN";
    pulsar.expect_orderly_exit();
}

TEST(Heartbeat, IntervalsMissedWhileStoppedCollapseIntoOne) {
    daemon pulsar({"--heartbeat-interval", "500ms", "--log-level", "debug"});
    client socket(pulsar.address());
    EXPECT_EQ(socket.receive_exactly(13), heartbeat);
    pulsar.child().send(SIGSTOP);
    std::this_thread::sleep_for(1600ms);  // what is tested: three intervals go by
    const auto begin = std::chrono::steady_clock::now();
    pulsar.child().send(SIGCONT);
    socket.receive_exactly(26);
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 100ms) << "two at once";
    socket.close();
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::heartbeat_test
