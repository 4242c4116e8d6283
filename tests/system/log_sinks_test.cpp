// A log that cannot be written costs lines, never an echo and never the exit.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/frames.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"
#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <filesystem>
#include <string>
#include <vector>

namespace pulsar::test {
namespace {

using namespace std::chrono_literals;

void expect_echo(const std::string& address) {
    client socket(address);
    socket.send_all(frame("HELLO"));
    socket.shutdown_send();
    ASSERT_EQ(socket.receive_until_eof(), frame("HELLO"));
}

/// A daemon that logs a line for each heartbeat, and sends many.
const std::vector<std::string> talkative{"--log-level", "debug", "--heartbeat-interval", "1ms"};

/// 100,000 heartbeats, some 13 MB: more than a pipe and any sensible queue hold.
void cause_many_lines(const std::string& address) {
    std::vector<client> sockets;
    for (int i = 0; i < 400; ++i)
        sockets.emplace_back(address);
    for (auto& socket : sockets)
        socket.receive_exactly(250 * heartbeat.size());
}

TEST(LogSinks, APipeThatNobodyReadsStopsNeitherEchoesNorTheExit) {
    daemon pulsar(talkative);
    const auto address = pulsar.address();
    pulsar.child().out().pause();
    cause_many_lines(address);
    client socket(address);
    socket.send_all(frame("HELLO"));
    socket.shutdown_send();
    EXPECT_EQ(check_echo(frame("HELLO"), socket.receive_until_eof()).frames, 1u);
    socket.close();
    pulsar.child().send(SIGTERM);
    EXPECT_EQ(pulsar.child().wait(), exited(0));
}

TEST(LogSinks, WhatAStalledReaderMissedIsCountedOnceItReadsAgain) {
    daemon pulsar(talkative);
    const auto address = pulsar.address();
    pulsar.child().out().pause();
    cause_many_lines(address);
    pulsar.child().out().resume();
    const auto dropped = pulsar.wait_for("log", "dropped");
    EXPECT_EQ(text(dropped, "level"), "warn");
    EXPECT_GT(number(dropped, "count"), 0);
    pulsar.expect_orderly_exit();
}

TEST(LogSinks, AClosedPipeStopsNothing) {
    daemon pulsar;
    const auto address = pulsar.address();
    pulsar.child().out().hang_up();
    for (int i = 0; i < 50; ++i)
        expect_echo(address);
    pulsar.child().send(SIGTERM);
    EXPECT_EQ(pulsar.child().wait(), exited(0));
}

TEST(LogSinks, AFullDiskStopsNothing) {
    const temp_dir dir;
    const auto listen = "unix:" + (dir / "socket");
    const unique_fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    auto how = pulsar_with({"--listen", listen});
    how.standard[1] = full.get();
    process pulsar(how);
    ASSERT_TRUE(eventually([&] { return accepts(listen); }));
    for (int i = 0; i < 50; ++i)
        expect_echo(listen);
    pulsar.send(SIGTERM);
    EXPECT_EQ(pulsar.wait(), exited(0));
}

/// Bit n of the parameter: descriptor n is closed.
class ClosedDescriptors : public testing::TestWithParam<unsigned> {};

TEST_P(ClosedDescriptors, ReachNoSocketAndAreDevNull) {
    const temp_dir dir;
    const auto listen = "unix:" + (dir / "socket");
    auto how = pulsar_with({"--listen", listen, "--log-level", "trace"});
    for (unsigned fd = 0; fd < 3; ++fd) {
        if (GetParam() >> fd & 1) how.standard[fd] = launch::closed;
    }
    process pulsar(how);
    ASSERT_TRUE(eventually([&] { return accepts(listen); }));
    for (unsigned fd = 0; fd < 3; ++fd) {
        if (how.standard[fd] != launch::closed) continue;
        const auto link = "/proc/" + std::to_string(pulsar.pid()) + "/fd/" + std::to_string(fd);
        EXPECT_EQ(std::filesystem::read_symlink(link), "/dev/null") << fd;
    }
    for (int i = 0; i < 20; ++i)
        expect_echo(listen);
    client waiting(listen);
    waiting.send_all(frame("HELLO"));
    EXPECT_EQ(waiting.receive_exactly(9), frame("HELLO"));
    pulsar.send(SIGTERM);
    EXPECT_EQ(waiting.receive_until_eof(), "");
    waiting.close();
    EXPECT_EQ(pulsar.wait(), exited(0));
}

INSTANTIATE_TEST_SUITE_P(All, ClosedDescriptors, testing::Range(0u, 8u));

}  // namespace
}  // namespace pulsar::test
