#include "pulsar/bench_app/progress_display.hpp"
#include "pulsar/report/format.hpp"

#include <gtest/gtest.h>

namespace pulsar::bench_app::progress_display_test {
namespace {

using namespace bench;

TEST(BenchFormat, GroupsThousands) {
    EXPECT_EQ(report::grouped(0), "0");
    EXPECT_EQ(report::grouped(999), "999");
    EXPECT_EQ(report::grouped(1000), "1,000");
    EXPECT_EQ(report::grouped(18'446'744'073'709'551'615U), "18,446,744,073,709,551,615");
    EXPECT_EQ(report::grouped(0.0, 1), "0.0");
    EXPECT_EQ(report::grouped(1234.56, 1), "1,234.6");
    EXPECT_EQ(report::grouped(999.96, 1), "1,000.0");
    EXPECT_EQ(report::grouped(1234.4, 0), "1,234");
    EXPECT_EQ(report::grouped(61'000.1184, 3), "61,000.118");
}

progress halfway() {
    progress now;
    now.elapsed_s = 6;
    now.total_s = 11;
    now.frames = 2'000'000;
    now.frames_per_s = 412'345.2;
    now.p99_us = 402.4;
    return now;
}

constexpr std::size_t wide = 200;

TEST(BenchProgress, ShowsTheLastSecondErrorsAndTheTimeLeft) {
    EXPECT_EQ(progress_line(mode::echo, halfway(), wide),
              "[##########..........] 5 s left, 412,345 frames/s, p99 0.402 ms, 0 errors");
}

TEST(BenchProgress, TellsNothingOfWhatWasNotMeasured) {
    auto now = halfway();
    now.p99_us.reset();
    now.frames_per_s = 0;
    EXPECT_EQ(progress_line(mode::echo, now, wide),
              "[##########..........] 5 s left, 0 frames/s, 0 errors");
    now.frames_per_s.reset();
    EXPECT_EQ(progress_line(mode::echo, now, wide), "[##########..........] 5 s left, 0 errors");
}

TEST(BenchProgress, TellsOfTheWarmUp) {
    auto now = halfway();
    now.at = stage::warming_up;
    now.failed_connections = 3;
    EXPECT_EQ(progress_line(mode::echo, now, wide),
              "[##########..........] 5 s left, warming up, 3 errors");
}

TEST(BenchProgress, CountsConnectionsWhileTheyAreMade) {
    progress now;
    now.at = stage::connecting;
    now.connected = 2'500;
    now.connections = 10'000;
    now.failed_connections = 2;
    for (const auto what : modes) {
        EXPECT_EQ(progress_line(what, now, wide),
                  "[#####...............] connecting, 2,500 of 10,000, 2 errors");
    }
}

TEST(BenchProgress, CountsDownFramesWhereTheyEndTheRun) {
    auto now = halfway();
    now.total_s.reset();
    now.total_frames = 8'000'000;
    EXPECT_EQ(progress_line(mode::echo, now, wide).substr(0, 44),
              "[#####...............] 6,000,000 frames left");
}

TEST(BenchProgress, ShowsHeartbeatsWhereNothingIsSent) {
    auto now = halfway();
    now.heartbeats = 1234;
    EXPECT_EQ(progress_line(mode::idle, now, wide),
              "[##########..........] 5 s left, 1,234 heartbeats, 0 errors");
}

TEST(BenchProgress, ShowsTheMostImportantWordsThatFit) {
    const auto all = progress_line(mode::echo, halfway(), wide);
    EXPECT_EQ(progress_line(mode::echo, halfway(), all.size()), all);
    const auto without_bar = "5 s left, 412,345 frames/s, p99 0.402 ms, 0 errors";
    EXPECT_EQ(progress_line(mode::echo, halfway(), all.size() - 1), without_bar);
    EXPECT_EQ(progress_line(mode::echo, halfway(), 39), "5 s left, 412,345 frames/s, 0 errors");
    EXPECT_EQ(progress_line(mode::echo, halfway(), 19), "5 s left, 0 errors");
    EXPECT_EQ(progress_line(mode::echo, halfway(), 17), "5 s left");
    EXPECT_EQ(progress_line(mode::echo, halfway(), 7), "5 s");
    EXPECT_EQ(progress_line(mode::echo, halfway(), 1), "5");
    EXPECT_EQ(progress_line(mode::echo, halfway(), 0), "");
}

TEST(BenchProgress, FitsATerminalOfAnyWidth) {
    auto now = halfway();
    now.total_s.reset();
    now.total_frames = 9'000'000'000'000'000'000U;
    now.frames_per_s = 123'456'789'012;
    now.p99_us = 9'999'999;
    now.failed_connections = 1'000'000;
    for (std::size_t columns = 0; columns < wide; ++columns) {
        const auto line = progress_line(mode::echo, now, columns);
        EXPECT_LE(line.size(), columns);
        EXPECT_FALSE(line.ends_with(' ')) << columns;
    }
}

}  // namespace
}  // namespace pulsar::bench_app::progress_display_test
