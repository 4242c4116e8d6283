#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/effort.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace pulsar::test::signals_test {
namespace {

using namespace std::chrono_literals;

class SecondSignal : public testing::TestWithParam<std::pair<int, int>> {};

TEST_P(SecondSignal, KillsWhileADrainIsStuck) {
    const auto [first, second] = GetParam();
    daemon pulsar;
    client stuck(pulsar.address(), 4096);
    stuck.flood(frame(std::string(60'000, 'x')));
    pulsar.child().send(first);
    pulsar.wait_for("server", "draining");
    pulsar.child().send(second);
    EXPECT_EQ(pulsar.child().wait(4s), killed_by(second));
}

TEST_P(SecondSignal, KillsWhileTheLogIsStuck) {
    const auto [first, second] = GetParam();
    daemon pulsar;
    client stuck(pulsar.address(), 4096);
    stuck.flood(frame(std::string(60'000, 'x')));
    const auto address = pulsar.address();
    pulsar.child().out().pause();
    for (int i = 0; i < 1000; ++i)
        client socket(address);
    pulsar.child().send(first);
    ASSERT_TRUE(eventually([&] { return !accepts(address); }));
    pulsar.child().send(second);
    EXPECT_EQ(pulsar.child().wait(4s), killed_by(second));
}

TEST_P(SecondSignal, KillsInTheDelayOfADrain) {
    const auto [first, second] = GetParam();
    daemon pulsar({"--drain-delay", "24h"});
    const auto socket = served(pulsar.address());
    pulsar.child().send(first);
    pulsar.wait_for("server", "drain delayed");
    pulsar.child().send(second);
    EXPECT_EQ(pulsar.child().wait(4s), killed_by(second));
}

INSTANTIATE_TEST_SUITE_P(Order, SecondSignal,
                         testing::Values(std::pair(SIGINT, SIGINT), std::pair(SIGINT, SIGTERM),
                                         std::pair(SIGTERM, SIGINT), std::pair(SIGTERM, SIGTERM)),
                         [](const auto& order) {
                             const auto name = [](int signal) {
                                 return signal == SIGINT ? "Int" : "Term";
                             };
                             return std::string(name(order.param.first)) + name(order.param.second);
                         });

TEST(Signals, SigtermWaitsForAStoppedProcessToGoOn) {
    daemon pulsar;
    client socket(pulsar.address());
    expect_echo(socket);
    pulsar.child().send(SIGSTOP);
    pulsar.child().send(SIGTERM);
    EXPECT_THROW(socket.receive_some(50ms), std::system_error);
    pulsar.child().send(SIGCONT);
    EXPECT_EQ(socket.receive_until_eof(), "");
    socket.close();
    pulsar.expect_orderly_end();
}

TEST(Signals, OthersThatComeWithTheFirstDoNotHoldUpTheExit) {
    for (const int stop : {SIGINT, SIGTERM}) {
        for (int round = 0; round < 10; ++round) {
            daemon pulsar;
            client socket(pulsar.address());
            socket.send_all(frame("HELLO"));
            // TSan loses signals that come while it starts a thread: after an echo all are there.
            EXPECT_EQ(socket.receive_exactly(9), frame("HELLO"));
            socket.close();
            // A stopped process finds them all pending: SIGHUP, SIGINT, SIGUSR1, SIGTERM in order.
            pulsar.child().send(SIGSTOP);
            for (const int number : {SIGUSR1, SIGHUP, stop})
                pulsar.child().send(number);
            pulsar.child().send(SIGCONT);
            pulsar.expect_orderly_end();
        }
    }
}

TEST(Signals, AreForOneThreadAndBlockedInTheOthers) {
    daemon pulsar({"--threads", "4"});
    client socket(pulsar.address());
    socket.send_all(frame("HELLO"));
    EXPECT_EQ(socket.receive_exactly(9), frame("HELLO")) << "so that all threads are there";
    std::size_t threads = 0;
    std::size_t handling = 0;
    const auto tasks = "/proc/" + std::to_string(pulsar.child().pid()) + "/task";
    for (const auto& task : std::filesystem::directory_iterator(tasks)) {
        std::ifstream status(task.path() / "status");
        std::string word;
        while (status >> word && word != "SigBlk:") {
        }
        unsigned long long blocked = 0;
        ASSERT_TRUE(status >> std::hex >> blocked) << task.path();
        ++threads;
        if ((blocked >> (SIGTERM - 1) & 1) == 0) ++handling;
    }
    EXPECT_GE(threads, 5u) << "four loops and the log";
    EXPECT_EQ(handling, 1u);
    socket.close();
    pulsar.expect_orderly_exit();
}

TEST(Signals, SigpipeIsIgnored) {
    daemon pulsar;
    client socket(pulsar.address());
    pulsar.child().send(SIGPIPE);
    expect_echo(socket);
    socket.close();
    pulsar.expect_orderly_exit();
}

TEST(Signals, WithoutConnectionsTheExitIsAtOnce) {
    daemon pulsar;
    const auto begin = std::chrono::steady_clock::now();
    const auto stopped = pulsar.expect_orderly_exit();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s * patience());
    EXPECT_EQ(number(stopped, "connections"), 0);
}

/// From exec to the log line that says so; the longest of a few.
std::chrono::nanoseconds time_to_start(const launch& how) {
    std::chrono::nanoseconds longest{0};
    for (int i = 0; i < 3; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        process pulsar(how);
        EXPECT_TRUE(pulsar.out().wait_for_line(" started "));
        longest =
            std::max<std::chrono::nanoseconds>(longest, std::chrono::steady_clock::now() - begin);
        pulsar.send(SIGTERM);
        EXPECT_EQ(pulsar.wait(), exited(0));
    }
    return longest;
}

TEST(Signals, AtAnyPointOfTheStart) {
    const int rounds = effort_by_build(200, 40);
    const temp_dir dir;
    const auto path = dir / "socket";
    const auto how = pulsar_with({"--listen", "unix:" + path, "--listen", "127.0.0.1:0"});
    const auto span = time_to_start(how) * 3 / 2;
    int orderly = 0;
    for (int i = 0; i < rounds; ++i) {
        process pulsar(how);
        std::this_thread::sleep_for(span * i / rounds);  // what is tested: the offset from exec
        pulsar.send(SIGTERM);
        const auto end = pulsar.wait();
        EXPECT_TRUE(end == exited(0) || end == killed_by(SIGTERM)) << end << " at " << i;
        EXPECT_FALSE(std::filesystem::exists(path)) << i;
        pulsar.out().wait_for_end();
        pulsar.err().wait_for_end();
        EXPECT_EQ(pulsar.err().text(), "");
        if (end != exited(0)) continue;
        ++orderly;
        EXPECT_NE(pulsar.out().text().find(" stopped "), std::string::npos) << i;
    }
    std::cout << orderly << " of " << rounds << " ended in order, within " << span / 1us << " us\n";
    EXPECT_GT(orderly, 0);
}

/// A client's part of a daemon's end: all of its echo or nothing.
void expect_all_or_nothing(const std::string& address) {
    try {
        client socket(address);
        socket.send_all(frame("HELLO"));
        socket.shutdown_send();
        const auto [bytes, error] = socket.receive_until_closed();
        const bool all = bytes == frame("HELLO") && !error;
        EXPECT_TRUE(all || bytes.empty()) << bytes.size() << " bytes, " << error.message();
    } catch (const std::system_error& error) {
        EXPECT_NE(error.code(), std::errc::timed_out);
    }
}

TEST(Signals, AtAnyPointOfTheLoad) {
    const int rounds = effort_by_build(50, 10);
    for (int i = 0; i < rounds; ++i) {
        daemon pulsar;
        const auto address = pulsar.address();
        std::atomic<bool> enough{false};
        std::vector<std::thread> load;
        for (int n = 0; n < 3; ++n) {
            load.emplace_back([&] {
                while (!enough)
                    expect_all_or_nothing(address);
            });
        }
        std::this_thread::sleep_for(i * 200us);  // what is tested: the offset from the first client
        pulsar.child().send(SIGTERM);
        const auto stopped = pulsar.expect_orderly_end();
        enough = true;
        for (auto& thread : load)
            thread.join();
        const auto connections = static_cast<std::size_t>(number(stopped, "connections"));
        EXPECT_EQ(pulsar.events("connection", "opened").size(), connections);
        EXPECT_EQ(pulsar.events("connection", "closed").size(), connections);
        EXPECT_EQ(number(stopped, "cut_off"), 0);
    }
}

}  // namespace
}  // namespace pulsar::test::signals_test
