// The second SIGINT or SIGTERM ends the process at once, whatever it is doing.

#include "preloaded_library.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/effort.hpp"
#include "support/expect_echo.hpp"
#include "support/first_process.hpp"
#include "support/frames.hpp"
#include "support/process.hpp"
#include "support/process_usage.hpp"
#include "support/sanitizers.hpp"
#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

namespace pulsar::test::second_signal_test {
namespace {

using namespace std::chrono_literals;

void expect_killed_by(daemon& pulsar, int signal) {
    pulsar.child().send(signal);
    EXPECT_EQ(pulsar.child().wait(4s), killed_by(signal));
}

/// It may have ended in order before the second signal reached it.
void expect_killed_or_done(process& pulsar, int second) {
    const auto how = pulsar.wait(4s);
    EXPECT_TRUE(how == killed_by(SIGINT) || how == killed_by(second) || how == exited(0)) << how;
}

TEST(SecondSignal, AtAnyMomentOfTheStart) {
    const temp_dir dir;
    const int rounds = effort_by_build(60, 15);
    for (int i = 0; i < rounds; ++i) {
        process pulsar(pulsar_with({"--listen", "unix:" + (dir / "socket")}));
        std::this_thread::sleep_for(i * 200us *
                                    patience());  // what is tested: the offset from exec
        pulsar.send(SIGINT);
        pulsar.send(SIGTERM);
        expect_killed_or_done(pulsar, SIGTERM);
    }
}

TEST(SecondSignal, RightBehindTheFirst) {
    for (int i = 0; i < effort_by_build(20, 5); ++i) {
        daemon pulsar;
        const auto socket = served(pulsar.address());
        pulsar.child().send(SIGINT);
        pulsar.child().send(SIGTERM);
        expect_killed_or_done(pulsar.child(), SIGTERM);
    }
}

TEST(SecondSignal, TogetherWithTheFirst) {
    if (thread_sanitizer()) {
        GTEST_SKIP() << "TSan takes signals early, and loses one whose action has changed since";
    }
    daemon pulsar;
    const auto socket = served(pulsar.address());
    pulsar.child().send(SIGSTOP);
    pulsar.child().send(SIGINT);
    pulsar.child().send(SIGTERM);
    pulsar.child().send(SIGCONT);
    EXPECT_EQ(pulsar.child().wait(4s), killed_by(SIGTERM));
}

TEST(SecondSignal, WhileAFrameMayFinish) {
    daemon pulsar;
    auto socket = served(pulsar.address());
    socket.send_all(header(5) + "cut");
    pulsar.child().send(SIGTERM);
    pulsar.wait_for("server", "draining");
    expect_killed_by(pulsar, SIGINT);
}

TEST(SecondSignal, WhileAClosedConnectionLingers) {
    daemon pulsar;
    auto socket = served(pulsar.address());
    pulsar.child().send(SIGTERM);
    EXPECT_EQ(socket.receive_until_eof(), "");
    expect_killed_by(pulsar, SIGTERM);
}

TEST(SecondSignal, WhileManyConnectionsAreReportedAndDrained) {
    const auto count = effort_by_build<std::size_t>(4000, 1000);
    if (!allow_open_files(count + 100)) return skip_without("thousands of open files");
    daemon pulsar;
    std::vector<client> clients;
    for (std::size_t i = 0; i < count; ++i)
        clients.emplace_back(pulsar.address());
    pulsar.wait_for_count(count, "connection", "opened");
    for (int i = 0; i < 3; ++i)
        pulsar.child().send(SIGUSR1);
    pulsar.child().send(SIGTERM);
    pulsar.child().send(SIGUSR1);
    // Nobody closes, so that it lingers for a second.
    clients.front().receive_until_eof();
    expect_killed_by(pulsar, SIGINT);
}

TEST(SecondSignal, WhileManyAreCutOff) {
    const auto count = effort_by_build<std::size_t>(1000, 300);
    if (!allow_open_files(count + 100)) return skip_without("thousands of open files");
    for (int round = 0; round < 3; ++round) {
        daemon pulsar({"--drain-timeout", "0s"});
        std::vector<client> clients;
        for (std::size_t i = 0; i < count; ++i) {
            clients.emplace_back(pulsar.address());
            clients.back().send_all(header(5) + "cut");
        }
        pulsar.wait_for_count(count, "connection", "opened");
        pulsar.child().send(SIGINT);
        clients[count / 2].receive_until_closed();
        pulsar.child().send(SIGTERM);
        expect_killed_or_done(pulsar.child(), SIGTERM);
    }
}

class SecondSignalToAStuckLoop : public testing::TestWithParam<const char*> {};

/// With one thread it is the stuck one that gets the signals.
TEST_P(SecondSignalToAStuckLoop, EndsTheProcess) {
    if (sanitized()) {
        GTEST_SKIP() << "a sanitizer's runtime must be loaded before any other library";
    }
    launch how;
    const preloaded_library stuck_send(STUCK_SEND);
    how.environment = {stuck_send.variable()};
    daemon pulsar({"--threads", GetParam()}, how);
    client socket(pulsar.address());
    socket.send_all(frame("HELLO"));
    ASSERT_EQ(socket.receive_exactly(1), "!") << "not from preload/stuck_send.cpp";
    pulsar.child().send(SIGINT);
    expect_killed_by(pulsar, SIGTERM);
}

INSTANTIATE_TEST_SUITE_P(Threads, SecondSignalToAStuckLoop, testing::Values("1", "2"),
                         [](const auto& threads) { return std::string(threads.param); });

TEST(SecondSignal, WhileTheLogTakesItsTimeAtTheEnd) {
    daemon pulsar;
    const auto pid = pulsar.child().pid();
    pulsar.child().out().pause();
    for (int i = 0; i < 1000; ++i)
        client(pulsar.address()).reset();
    pulsar.child().send(SIGTERM);
    // Nothing else is left to do when the handlers are gone.
    ASSERT_TRUE(eventually([&] { return !catches(pid, SIGUSR1); }));
    expect_killed_by(pulsar, SIGTERM);
}

launch as_first_process(const std::vector<std::string>& flags) {
    auto how = pulsar_with(flags);
    how.command.insert(how.command.begin(),
                       {"unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"});
    return how;
}

class SecondSignalToPid1 : public testing::TestWithParam<int> {
  protected:
    void SetUp() override {
        if (run(as_first_process({"--version"})).how != exited(0))
            skip_without("the right to a PID namespace");
    }
};

TEST_P(SecondSignalToPid1, ExitsAtOnceWhileADrainIsStuck) {
    first_process pulsar(as_first_process({"--listen", "127.0.0.1:0"}));
    client stuck(pulsar.address(), 4096);
    stuck.flood(frame(std::string(60'000, 'x')));
    pulsar.send(SIGTERM);
    ASSERT_TRUE(eventually([&] { return !accepts(pulsar.address()); }));
    pulsar.send(GetParam());
    EXPECT_EQ(pulsar.parent().wait(4s), exited(128 + GetParam()));
}

TEST_P(SecondSignalToPid1, ExitsAtOnceInTheDelayBeforeADrain) {
    first_process pulsar(as_first_process({"--listen", "127.0.0.1:0", "--drain-delay", "24h"}));
    const auto socket = served(pulsar.address());
    pulsar.send(SIGTERM);
    ASSERT_TRUE(pulsar.parent().out().wait_for_line("drain delayed"));
    pulsar.send(GetParam());
    EXPECT_EQ(pulsar.parent().wait(4s), exited(128 + GetParam()));
}

TEST_P(SecondSignalToPid1, ExitsAtOnceWhileTheLogTakesItsTime) {
    first_process pulsar(as_first_process({"--listen", "127.0.0.1:0"}));
    pulsar.parent().out().pause();
    for (int i = 0; i < 1000; ++i)
        client(pulsar.address()).reset();
    pulsar.send(SIGTERM);
    ASSERT_TRUE(eventually([&] { return !catches(pulsar.pid(), SIGUSR1); }));
    pulsar.send(GetParam());
    EXPECT_EQ(pulsar.parent().wait(4s), exited(128 + GetParam()));
}

TEST_P(SecondSignalToPid1, IsNotNeededForAnOrderlyExit) {
    first_process pulsar(as_first_process({"--listen", "127.0.0.1:0"}));
    served(pulsar.address()).close();
    pulsar.send(GetParam());
    EXPECT_EQ(pulsar.parent().wait(4s), exited(0));
}

INSTANTIATE_TEST_SUITE_P(Of, SecondSignalToPid1, testing::Values(SIGINT, SIGTERM),
                         [](const auto& signal) {
                             return signal.param == SIGINT ? "Sigint" : "Sigterm";
                         });

}  // namespace
}  // namespace pulsar::test::second_signal_test
