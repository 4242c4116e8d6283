// A wall clock that jumps by a day (NTP, an operator, a virtual machine that was resumed) changes
// what the log says of the time, and nothing else.

#include "preloaded_library.hpp"
#include "shared_with_child.hpp"
#include "support/baseline.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/frames.hpp"
#include "support/sanitizers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <string>

namespace pulsar::test::wall_clock_test {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

class WallClock : public testing::Test {
  protected:
    void SetUp() override {
        if (sanitized()) {
            GTEST_SKIP() << "a sanitizer's runtime must be loaded before any other library";
        }
        how.environment = {library_.variable(), "WALL_CLOCK=" + offset_.file()};
    }

    void jump_to(std::chrono::days offset) const {
        *offset_ = std::chrono::seconds(offset).count();
    }

    /// Expects that what is logged from now on is about so far from the time that it is.
    static void expect_offset(daemon& pulsar, std::chrono::days offset) {
        const auto logged = pulsar.report();
        const auto expected = std::chrono::system_clock::now() + offset;
        EXPECT_LT(std::chrono::abs(time_of(logged) - expected), 1h);
    }

    [[nodiscard]] double elapsed() const {
        return std::chrono::duration<double>(steady_clock::now() - from_).count();
    }

    launch how;

  private:
    const preloaded_library library_{WALL_CLOCK};
    const shared_with_child<std::atomic<std::time_t>> offset_;
    const steady_clock::time_point from_ = steady_clock::now();
};

TEST_F(WallClock, ThatJumpsByADayMovesNoHeartbeatNoReportAndNoDuration) {
    daemon pulsar({"--heartbeat-interval", "100ms", "--report-interval", "150ms", "--log-level",
                   "info,connection=debug"},
                  how);
    const baseline before(pulsar);
    client silent(pulsar.address());
    const auto begin = elapsed();
    for (const int days : {1, -1, 1, -1, 1, -1, 1, 0}) {
        SCOPED_TRACE(std::to_string(days) + " days");
        jump_to(std::chrono::days(days));
        const auto reports = pulsar.events("registry", "report").size();
        EXPECT_EQ(check_echo("", silent.receive_exactly(3 * heartbeat.size())).heartbeats, 3u);
        pulsar.wait_for_count(reports + 1, "registry", "report");
        expect_offset(pulsar, std::chrono::days(days));
    }
    silent.close();
    // A jump forward that counted as silence would add one each.
    const auto heartbeats = number(pulsar.wait_for("connection", "closed"), "heartbeats");
    EXPECT_LE(static_cast<double>(heartbeats), (elapsed() - begin) / 0.100 + 1);
    before.expect_restored();
    const auto most_reports = elapsed() / 0.150 + 30;  // 30 of them were asked for, at most
    EXPECT_LE(static_cast<double>(pulsar.events("registry", "report").size()), most_reports);
    const auto stopped = pulsar.expect_orderly_exit();
    EXPECT_LE(seconds(stopped, "uptime_s").count(), elapsed());
    for (const auto& logged : pulsar.events()) {
        for (const auto* key : {"silent_s", "age_s", "idle_s", "duration_s", "uptime_s"}) {
            if (!logged.contains(key)) continue;
            EXPECT_GE(seconds(logged, key).count(), 0) << key;
            EXPECT_LE(seconds(logged, key).count(), elapsed()) << key;
        }
    }
}

TEST_F(WallClock, ThatJumpsByADayMovesNoTimeoutAndNoDrain) {
    constexpr auto timeout = 500ms;
    daemon pulsar({"--frame-timeout", "500ms"}, how);
    for (const int days : {1, -1}) {
        SCOPED_TRACE(std::to_string(days) + " days");
        client socket(pulsar.address());
        const auto peer = socket.local_address();
        const auto begin = steady_clock::now();
        socket.send_all(header(5) + "HEL");
        pulsar.wait_for("connection", "opened", peer);
        jump_to(std::chrono::days(days));
        EXPECT_EQ(socket.receive_until_eof(), "");
        EXPECT_GE(steady_clock::now() - begin, timeout);
        socket.close();
        const auto closed = pulsar.wait_for("connection", "closed", peer);
        EXPECT_EQ(text(closed, "reason"), "frame_timeout");
        EXPECT_GE(seconds(closed, "duration_s"), timeout);
    }
    client unfinished(pulsar.address());
    unfinished.send_all(header(5) + "HEL");
    pulsar.wait_for_count(3, "connection", "opened");
    const auto begin = steady_clock::now();
    pulsar.child().send(SIGTERM);
    pulsar.wait_for("server", "draining");
    jump_to(std::chrono::days(2));
    unfinished.send_all("L");
    jump_to(std::chrono::days(-2));
    unfinished.send_all("O");
    EXPECT_EQ(unfinished.receive_until_eof(), frame("HELLO"));
    unfinished.close();
    const auto stopped = pulsar.expect_orderly_end();
    EXPECT_EQ(number(stopped, "cut_off"), 0);
    EXPECT_EQ(number(stopped, "dropped_partial"), 0);
    EXPECT_LE(seconds(stopped, "uptime_s").count(), elapsed());
    EXPECT_LT(steady_clock::now() - begin, 8s * patience());
}

}  // namespace
}  // namespace pulsar::test::wall_clock_test
