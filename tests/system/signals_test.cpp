#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/frames.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

namespace pulsar::test {
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
    socket.send_all(frame("HELLO"));
    EXPECT_EQ(socket.receive_exactly(9), frame("HELLO"));
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
    socket.send_all(frame("HELLO"));
    EXPECT_EQ(socket.receive_exactly(9), frame("HELLO"));
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

TEST(Signals, AtAnyPointOfTheStart) {
    const temp_dir dir;
    const auto path = dir / "socket";
    for (int i = 0; i < 20; ++i) {
        process pulsar(pulsar_with({"--listen", "unix:" + path, "--listen", "127.0.0.1:0"}));
        std::this_thread::sleep_for(i * i * 100us);  // what is tested: the offset from exec
        pulsar.send(SIGTERM);
        const auto how = pulsar.wait();
        EXPECT_TRUE(how == exited(0) || how == killed_by(SIGTERM)) << how << " at " << i;
        EXPECT_FALSE(std::filesystem::exists(path)) << i;
        pulsar.err().wait_for_end();
        EXPECT_EQ(pulsar.err().text(), "");
    }
}

}  // namespace
}  // namespace pulsar::test
