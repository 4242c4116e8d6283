#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/expect_time.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace pulsar::test::drain_test {
namespace {

using namespace std::chrono_literals;

class DrainBy : public testing::TestWithParam<int> {};

TEST_P(DrainBy, EndsAnIdleConnectionInOrderAndExits0) {
    daemon pulsar;
    auto socket = served(pulsar.address());
    const auto peer = socket.local_address();
    pulsar.child().send(GetParam());
    EXPECT_EQ(socket.receive_until_eof(), "");
    socket.close();
    const auto stopped = pulsar.expect_orderly_end();
    EXPECT_EQ(number(stopped, "connections"), 1);
    EXPECT_EQ(number(stopped, "drained"), 1);
    EXPECT_EQ(number(stopped, "cut_off"), 0);
    EXPECT_EQ(number(stopped, "dropped_partial"), 0);
    const auto draining = pulsar.events("server", "draining").at(0);
    EXPECT_EQ(text(draining, "signal"), GetParam() == SIGINT ? "SIGINT" : "SIGTERM");
    EXPECT_EQ(number(draining, "connections"), 1);
    EXPECT_EQ(draining.at("timeout_s").to_number<double>(), 8.0);
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed", peer), "reason"), "drained");
}

INSTANTIATE_TEST_SUITE_P(Signal, DrainBy, testing::Values(SIGINT, SIGTERM), [](const auto& signal) {
    return signal.param == SIGINT ? "Sigint" : "Sigterm";
});

TEST(Drain, EchoesWhatHadReachedTheSocketsOfAStoppedProcess) {
    daemon pulsar;
    auto socket = served(pulsar.address());
    std::string sent;
    for (int i = 0; i < 40; ++i)
        sent += frame(std::string(900, static_cast<char>('A' + i)));
    pulsar.child().send(SIGSTOP);
    socket.send_all(sent + header(100) + "cut");
    ASSERT_TRUE(eventually([&] { return socket.unacknowledged() == 0; }));
    pulsar.child().send(SIGTERM);
    pulsar.child().send(SIGCONT);
    EXPECT_EQ(socket.receive_until_eof(), sent);
    socket.close();
    const auto stopped = pulsar.expect_orderly_end();
    EXPECT_EQ(number(stopped, "frames"), 41);
    EXPECT_EQ(number(stopped, "drained"), 1);
    EXPECT_EQ(number(stopped, "dropped_partial"), 1);
}

TEST(Drain, EchoesWhatHadReachedTheSocketsWhileTheClientDidNotRead) {
    daemon pulsar;
    auto socket = served(pulsar.address(), 4096);
    const auto sent = socket.flood(frame(std::string(1000, 'x')));
    const auto arrived = sent.size() - socket.unacknowledged();
    const auto owed = complete_frames(std::string_view(sent).substr(0, arrived));
    pulsar.child().send(SIGTERM);
    pulsar.wait_for("server", "draining");
    const auto [received, error] = socket.receive_until_closed();
    EXPECT_FALSE(error) << error.message();
    const auto check = check_echo(sent, received);
    EXPECT_EQ(check.problem, "");
    EXPECT_EQ(check.partial, 0u);
    EXPECT_GE(received.size(), owed.size());
    socket.close();
    EXPECT_EQ(number(pulsar.expect_orderly_end(), "drained"), 1);
}

TEST(Drain, WhatWasEchoedSurvivesTheExit) {
    daemon pulsar;
    auto socket = served(pulsar.address(), 4096);
    std::string sent;
    for (int i = 0; i < 200; ++i)
        sent += frame(std::string(1000, static_cast<char>(i)));
    socket.send_all(sent);
    ASSERT_TRUE(eventually([&] { return socket.unacknowledged() == 0; }));
    pulsar.expect_orderly_exit();
    EXPECT_EQ(socket.receive_until_eof(), sent);
}

TEST(Drain, AFrameUnderWayMayFinish) {
    daemon pulsar;
    auto socket = served(pulsar.address());
    const auto late = frame("finished after the signal");
    socket.send_all(late.substr(0, 6));
    pulsar.child().send(SIGTERM);
    pulsar.wait_for("server", "draining");
    socket.send_all(std::string_view(late).substr(6));
    EXPECT_EQ(socket.receive_until_eof(), late);
    socket.close();
    const auto stopped = pulsar.expect_orderly_end();
    EXPECT_EQ(number(stopped, "drained"), 1);
    EXPECT_EQ(number(stopped, "dropped_partial"), 0);
    EXPECT_EQ(number(stopped, "frames"), 2);
}

TEST(Drain, AFrameUnderWayMayTakeLongerThanASecondWhileBytesKeepComing) {
    daemon pulsar;
    auto socket = served(pulsar.address());
    const auto late = frame("drips");
    socket.send_all(late.substr(0, 3));
    pulsar.child().send(SIGTERM);
    pulsar.wait_for("server", "draining");
    for (const char byte : late.substr(3)) {
        std::this_thread::sleep_for(250ms);  // no limit of the test, which may be longer
        EXPECT_THROW(socket.receive_some(0ms), std::system_error);
        socket.send_all({&byte, 1});
    }
    EXPECT_EQ(socket.receive_until_eof(), late);
    socket.close();
    EXPECT_EQ(number(pulsar.expect_orderly_end(), "dropped_partial"), 0);
}

TEST(Drain, AFrameUnderWayWithoutMoreBytesIsDroppedAfterASecond) {
    daemon pulsar;
    auto socket = served(pulsar.address());
    socket.send_all(header(5) + "cut");
    pulsar.child().send(SIGTERM);
    pulsar.wait_for("server", "draining");
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(socket.receive_until_eof(), "");
    const auto waited = std::chrono::steady_clock::now() - begin;
    EXPECT_GE(waited, 700ms);
    EXPECT_LE(waited, 3s * patience());
    socket.close();
    const auto stopped = pulsar.expect_orderly_end();
    EXPECT_EQ(number(stopped, "dropped_partial"), 1);
    EXPECT_EQ(number(stopped, "drained"), 1);
    EXPECT_EQ(number(stopped, "cut_off"), 0);
}

TEST(Drain, FramesAfterTheCutOffAreNotEchoed) {
    daemon pulsar({"--threads", "1"});  // so that the end of `idle` tells of the cut-off of both
    auto idle = served(pulsar.address());
    auto under_way = served(pulsar.address());
    under_way.send_all(frame("first").substr(0, 6));
    pulsar.child().send(SIGTERM);
    pulsar.wait_for("server", "draining");
    EXPECT_EQ(idle.receive_until_eof(), "");
    idle.send_all(frame("too late"));
    idle.shutdown_send();
    EXPECT_EQ(idle.receive_until_eof(), "") << "in order, although there was more input";
    under_way.send_all(frame("first").substr(6) + frame("too late"));
    EXPECT_EQ(under_way.receive_until_eof(), frame("first"));
    under_way.close();
    const auto stopped = pulsar.expect_orderly_end();
    EXPECT_EQ(number(stopped, "frames"), 3);
    EXPECT_EQ(number(stopped, "drained"), 2);
}

TEST(Drain, TimeoutCutsOffWhatIsLeft) {
    for (const auto timeout : {300ms, 0ms}) {
        daemon pulsar({"--drain-timeout", std::to_string(timeout.count()) + "ms"});
        auto stuck = served(pulsar.address(), 4096);
        const auto peer = stuck.local_address();
        const auto sent = stuck.flood(frame(std::string(60'000, 'x')));
        const auto begin = std::chrono::steady_clock::now();
        const auto stopped = pulsar.expect_orderly_exit();
        expect_time(std::chrono::steady_clock::now() - begin, timeout);
        EXPECT_EQ(number(stopped, "cut_off"), 1);
        EXPECT_EQ(number(stopped, "drained"), 0);
        const auto warning = pulsar.wait_for("server", "drain timeout");
        EXPECT_EQ(text(warning, "level"), "warn");
        EXPECT_EQ(number(warning, "connections"), 1);
        EXPECT_EQ(text(pulsar.wait_for("connection", "closed", peer), "reason"), "drain_timeout");
        const auto [received, error] = stuck.receive_until_closed();
        EXPECT_EQ(error, std::errc::connection_reset);
        EXPECT_EQ(check_echo(sent, received).problem, "");
    }
}

TEST(Drain, NoHeartbeatOnceItHasBegun) {
    daemon pulsar({"--heartbeat-interval", "100ms"});
    auto socket = served(pulsar.address());
    socket.receive_exactly(heartbeat.size());
    socket.send_all(frame("HELLO").substr(0, 6));
    pulsar.child().send(SIGTERM);
    pulsar.wait_for("server", "draining");
    // What was sent before the signal may still be on its way: at most one.
    EXPECT_LE(socket.receive_until_eof().size(), heartbeat.size());
    socket.close();
    pulsar.expect_orderly_end();
}

TEST(Drain, ConnectionsInTheAcceptQueueAreServedOrReset) {
    daemon pulsar;
    pulsar.child().send(SIGSTOP);
    std::vector<client> queued;
    for (int i = 0; i < 20; ++i) {
        queued.emplace_back(pulsar.address());
        queued.back().send_all(frame("HELLO"));
    }
    pulsar.child().send(SIGTERM);
    pulsar.child().send(SIGCONT);
    for (auto& socket : queued) {
        const auto [received, error] = socket.receive_until_closed();
        EXPECT_TRUE((!error && received == frame("HELLO")) ||
                    (error == std::errc::connection_reset && received.empty()))
            << error.message() << " after " << received.size() << " bytes";
        socket.close();
    }
    pulsar.expect_orderly_end();
}

TEST(Drain, AnotherDaemonMayTakeTheAddressOnceItHasBegun) {
    daemon pulsar;
    auto slow = served(pulsar.address());
    slow.send_all(frame("HELLO").substr(0, 6));
    pulsar.child().send(SIGTERM);
    pulsar.wait_for("server", "draining");
    daemon successor({"--listen", pulsar.address()});
    expect_echo(pulsar.address());
    EXPECT_TRUE(pulsar.events("server", "stopped").empty());
    slow.send_all(frame("HELLO").substr(6));
    EXPECT_EQ(slow.receive_until_eof(), frame("HELLO"));
    slow.close();
    pulsar.expect_orderly_end();
    EXPECT_EQ(number(successor.expect_orderly_exit(), "connections"), 1);
}

TEST(Drain, NobodyIsLetInAnyMore) {
    daemon pulsar;
    auto slow = served(pulsar.address());
    slow.send_all(header(5));
    const auto address = pulsar.address();
    pulsar.child().send(SIGTERM);
    pulsar.wait_for("server", "draining");
    EXPECT_TRUE(eventually([&] { return !accepts(address); }, 500ms));
    slow.send_all("HELLO");
    EXPECT_EQ(slow.receive_until_eof(), frame("HELLO"));
    slow.close();
    pulsar.expect_orderly_end();
}

}  // namespace
}  // namespace pulsar::test::drain_test
