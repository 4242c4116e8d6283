// A log that cannot be written costs lines, never an echo and never the exit.

#include "support/capture.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/log_load.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"
#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <termios.h>
#include <utility>

namespace pulsar::test {
namespace {

using namespace std::chrono_literals;

void expect_echo(const std::string& address) {
    client socket(address);
    socket.send_all(frame("HELLO"));
    socket.shutdown_send();
    ASSERT_EQ(socket.receive_until_eof(), frame("HELLO"));
}

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

/// A pseudo-terminal, pty(7).
class pseudo_terminal {
  public:
    pseudo_terminal()
        : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)), slave_(open_slave(master_)) {}

    [[nodiscard]] int slave() const { return slave_.get(); }
    /// What reads it; until then nobody does.
    unique_fd take_master() { return std::move(master_); }
    void close_slave() { slave_.close(); }

  private:
    static int open_slave(const unique_fd& master) {
        if (::grantpt(master.get()) != 0 || ::unlockpt(master.get()) != 0) return -1;
        return ::open(::ptsname(master.get()), O_RDWR | O_NOCTTY | O_CLOEXEC);
    }

    unique_fd master_;
    unique_fd slave_;
};

class LogTerminal : public testing::Test {
  protected:
    void start() {
        ASSERT_GE(terminal.slave(), 0);
        auto flags = talkative;
        flags.insert(flags.end(), {"--listen", listen});
        auto how = pulsar_with(flags);
        how.standard[1] = terminal.slave();
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
    ASSERT_EQ(::tcflow(terminal.slave(), TCOOFF), 0);
    capture screen(terminal.take_master());
    cause_many_lines(listen);
    expect_echo_between_heartbeats(listen);
    ASSERT_EQ(::tcflow(terminal.slave(), TCOON), 0);
    const auto says = [](const char* words) {
        return [words](std::string_view line) { return line.find(words) != line.npos; };
    };
    EXPECT_TRUE(screen.wait_for_line(says(" log: dropped count=")));
    pulsar->send(SIGTERM);
    EXPECT_EQ(pulsar->wait(), exited(0));
    EXPECT_TRUE(screen.wait_for_line(says(" server: stopped ")));
    terminal.close_slave();
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

INSTANTIATE_TEST_SUITE_P(All, ClosedDescriptors, testing::Range(0u, 8u));

}  // namespace
}  // namespace pulsar::test
