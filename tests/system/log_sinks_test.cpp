// A log that cannot be written costs lines, never an echo and never the exit.

#include "support/capture.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/log_load.hpp"
#include "support/process.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/temp_dir.hpp"
#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <string>
#include <termios.h>
#include <utility>

namespace pulsar::test::log_sinks_test {
namespace {

using namespace std::chrono_literals;

TEST(LogSinks, APipeThatNobodyReadsStopsNeitherEchoesNorTheExit) {
    daemon pulsar(talkative);
    const auto address = pulsar.address();
    pulsar.child().out().pause();
    cause_many_lines(address);
    expect_echo_between_heartbeats(address);
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
    pulsar.report();
    pulsar.expect_orderly_exit();
    expect_every_event_accounted_for(pulsar.events());
}

class LogTerminal : public testing::Test {
  protected:
    void start() {
        auto flags = talkative;
        flags.insert(flags.end(), {"--listen", listen});
        auto how = pulsar_with(flags);
        how.standard[1] = terminal.slave.get();
        pulsar.emplace(how);
        ASSERT_TRUE(eventually([&] { return accepts(listen); }));
    }

    const temp_dir dir;
    const std::string listen = "unix:" + (dir / "socket");
    pseudo_terminal terminal;
    std::optional<process> pulsar;
};

TEST_F(LogTerminal, ThatIsNotReadStopsNeitherEchoesNorTheExit) {
    start();
    cause_many_lines(listen);
    expect_echo_between_heartbeats(listen);
    pulsar->send(SIGTERM);
    EXPECT_EQ(pulsar->wait(), exited(0));
}

TEST_F(LogTerminal, ThatIsStoppedByCtrlSStopsNothingAndIsToldWhatItMissed) {
    start();
    ASSERT_EQ(::tcflow(terminal.slave.get(), TCOOFF), 0);
    capture screen(std::move(terminal.master));
    cause_many_lines(listen);
    expect_echo_between_heartbeats(listen);
    ASSERT_EQ(::tcflow(terminal.slave.get(), TCOON), 0);
    EXPECT_TRUE(screen.wait_for_line(" log: dropped count="));
    pulsar->send(SIGTERM);
    EXPECT_EQ(pulsar->wait(), exited(0));
    EXPECT_TRUE(screen.wait_for_line(" server: stopped "));
    terminal.slave.close();
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
    expect_echo(waiting);
    pulsar.send(SIGTERM);
    EXPECT_EQ(waiting.receive_until_eof(), "");
    waiting.close();
    EXPECT_EQ(pulsar.wait(), exited(0));
}

INSTANTIATE_TEST_SUITE_P(All, ClosedDescriptors, testing::Range(0u, 8u), [](const auto& closed) {
    std::string name = closed.param == 0 ? "None" : "";
    for (unsigned fd = 0; fd < 3; ++fd) {
        if (closed.param >> fd & 1) name += "Fd" + std::to_string(fd);
    }
    return name;
});

}  // namespace
}  // namespace pulsar::test::log_sinks_test
