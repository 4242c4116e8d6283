// The line that shows how far a run is.

#include "support/bench.hpp"
#include "support/capture.hpp"
#include "support/daemon.hpp"
#include "support/full_queue.hpp"
#include "support/pattern.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>
#include <string_view>
#include <sys/ioctl.h>
#include <utility>
#include <vector>

namespace pulsar::test::bench_progress_test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

constexpr std::string_view clear_line = "\r\x1b[K";

/// A run whose standard error is a terminal.
class run_on_a_terminal {
  public:
    explicit run_on_a_terminal(const strings& flags, std::size_t columns = 80,
                               const strings& environment = {"env", "TERM=xterm"})
        : terminal_(columns),
          bench_(launched(flags, environment, terminal_.slave.get())),
          screen_(std::move(terminal_.master)) {}

    [[nodiscard]] process& bench() { return bench_; }
    [[nodiscard]] capture& screen() { return screen_; }
    void resize(std::size_t columns) const {
        const winsize size{24, static_cast<unsigned short>(columns), 0, 0};
        ASSERT_EQ(::ioctl(terminal_.slave.get(), TIOCSWINSZ, &size), 0);
    }

    /// All that the screen got of a run that is ended once it shows this.
    std::string shown_until(std::string_view words) {
        const deadline limit;
        while (!contains(screen_.text(), words) && screen_.wait_for_more(screen_.size(), limit)) {
        }
        EXPECT_TRUE(contains(screen_.text(), words)) << screen_.text();
        bench_.send(SIGINT);
        return shown();
    }

    /// All that the screen got, when the run has ended.
    std::string shown() {
        EXPECT_EQ(bench_.wait(), exited(0));
        terminal_.slave.close();
        EXPECT_TRUE(screen_.wait_for_end());
        return screen_.text();
    }

  private:
    static launch launched(const strings& flags, const strings& environment, int terminal) {
        auto how = bench_with(flags);
        how.command.insert(how.command.begin(), environment.begin(), environment.end());
        how.standard[2] = terminal;
        return how;
    }

    pseudo_terminal terminal_;
    process bench_;
    capture screen_;
};

/// The lines that stood in the place of one another, without those that were empty.
strings lines_shown(const std::string& screen) {
    strings lines;
    for (std::size_t at = 0; at < screen.size();) {
        EXPECT_EQ(screen.substr(at, clear_line.size()), clear_line);
        at += clear_line.size();
        const auto end = std::min(screen.find('\r', at), screen.size());
        if (end > at) lines.push_back(screen.substr(at, end - at));
        at = end;
    }
    return lines;
}

TEST(BenchProgress, IsALineOnTheTerminalThatIsGoneInTheEnd) {
    daemon pulsar;
    run_on_a_terminal run({pulsar.address(), "-w", "0s", "-d", "1500ms"});
    const auto shown = run.shown();
    EXPECT_TRUE(contains(shown, "s left"));
    EXPECT_TRUE(contains(shown, "frames/s"));
    EXPECT_TRUE(contains(shown, "errors"));
    EXPECT_FALSE(contains(shown, " 0 frames/s")) << "nothing was measured yet: " << shown;
    EXPECT_EQ(shown.find('\n'), std::string::npos) << "it stays on one line";
    EXPECT_TRUE(shown.ends_with(clear_line)) << shown;
    run.bench().out().wait_for_end();
    EXPECT_EQ(run.bench().out().text().find('\x1b'), std::string::npos);
    EXPECT_TRUE(contains(run.bench().out().text(), "p99.9"));
    pulsar.expect_orderly_exit();
}

TEST(BenchProgress, FitsTheTerminalWithWholeWords) {
    daemon pulsar;
    for (const std::size_t columns : {20U, 40U, 79U, 200U}) {
        SCOPED_TRACE(columns);
        run_on_a_terminal run({pulsar.address(), "-w", "0s", "-d", "60s", "-c", "2"}, columns);
        const bool has_all = columns >= 79;
        const auto lines = lines_shown(run.shown_until(has_all ? "p99" : "s left"));
        ASSERT_FALSE(lines.empty());
        for (const auto& line : lines) {
            EXPECT_LT(line.size(), columns) << line;
            EXPECT_TRUE(pattern("s left(, .*errors)?$").is_in(line)) << line;
            EXPECT_EQ((line.front() == '['), has_all) << line;
        }
        EXPECT_EQ(contains(lines.back(), "p99"), has_all) << lines.back();
    }
    pulsar.expect_orderly_exit();
}

TEST(BenchProgress, FollowsTheTerminalThatBecomesNarrow) {
    daemon pulsar;
    run_on_a_terminal run({pulsar.address(), "-w", "0s", "-d", "1h", "-c", "2"}, 200);
    ASSERT_TRUE(run.screen().wait_for_more(0));
    run.resize(20);
    // One line may have been under way.
    for (int i = 0; i < 2; ++i)
        ASSERT_TRUE(run.screen().wait_for_more(run.screen().size()));
    run.bench().send(SIGINT);
    const auto lines = lines_shown(run.shown());
    EXPECT_GT(lines.front().size(), 40U) << lines.front();
    EXPECT_LT(lines.back().size(), 20U) << lines.back();
    pulsar.expect_orderly_exit();
}

TEST(BenchProgress, IsForEightyColumnsWhereTheTerminalDoesNotKnow) {
    daemon pulsar;
    run_on_a_terminal run({pulsar.address(), "-w", "0s", "-d", "60s", "-c", "2"}, 0);
    const auto lines = lines_shown(run.shown_until("s left"));
    ASSERT_FALSE(lines.empty());
    EXPECT_LT(lines.front().size(), 80U);
    EXPECT_EQ(lines.front().front(), '[');
    pulsar.expect_orderly_exit();
}

TEST(BenchProgress, IsNotShownWhereALineCannotBeTakenAway) {
    daemon pulsar;
    const strings terminals[] = {{"env", "TERM=dumb"}, {"env", "TERM="}, {"env", "--unset=TERM"}};
    for (const auto& environment : terminals) {
        run_on_a_terminal run({pulsar.address(), "-w", "0s", "-d", "1200ms"}, 80, environment);
        EXPECT_EQ(run.shown(), "") << environment.back();
    }
    pulsar.expect_orderly_exit();
}

TEST(BenchProgress, IsNotShownElsewhere) {
    daemon pulsar;
    // expect_all_echoed() wants standard error to be empty.
    expect_all_echoed({pulsar.address(), "-w", "0s", "-d", "1200ms"});
    pulsar.expect_orderly_exit();
}

TEST(BenchProgress, CountsTheConnectionsOfARamp) {
    daemon pulsar;
    run_on_a_terminal run({pulsar.address(), "-w", "0s", "-d", "100ms", "-c", "4", "--ramp", "1h"});
    run.shown_until("connecting, 1 of 4, 0 errors");
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::bench_progress_test
