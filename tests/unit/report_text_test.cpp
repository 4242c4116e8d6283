#include "pulsar/report/text.hpp"
#include "report_sample_result.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace pulsar::report::text_test {
namespace {

using namespace bench;
using namespace std::chrono_literals;

TEST(TextReport, ShowsARunAtOneGlance) {
    EXPECT_EQ(to_text(plain_result()),
              R"(echo on 127.0.0.1:8080, 50 connections, 64B frames, pipeline 4, 2 threads, 2 s

frames          4
frames/s      2.0
MiB/s       2.000  payload, one way
heartbeats     12
errors          0

latency    min    p50    p90    p99  p99.9  p99.99    max   mean
ms       0.100  0.200  1.000  1.000  1.000   1.000  1.000  0.400

  latency, ms  frames
0.096 - 0.112       1  25.00%  ########################################
0.112 - 0.128       0   0.00%
0.128 - 0.160       0   0.00%
0.160 - 0.192       0   0.00%
0.192 - 0.224       1  25.00%  ########################################
0.224 - 0.256       0   0.00%
0.256 - 0.320       1  25.00%  ########################################
          ...
0.896 - 1.024       1  25.00%  ########################################
)");
}

TEST(TextReport, HeadingTellsOfWhatIsNotTheDefault) {
    const auto lines = lines_of(to_text(sample_result()));
    ASSERT_GT(lines.size(), 2U);
    EXPECT_EQ(lines[0],
              "echo on 127.0.0.1:8080, 50 connections from 127.0.0.2,::1, PROXY protocol v2, "
              "64B-1KiB frames,");
    EXPECT_EQ(
        lines[1],
        "  framing none, pipeline 4, rate 1,000/s, 2 threads, 2 s after 250 ms ramp and 500 ms "
        "warm-up");
}

TEST(TextReport, ShowsEachKindOfErrorThatOccurred) {
    auto run = plain_result();
    run.failures[1].connections = 14;
    run.failures[4].connections = 3;
    run.lost_frames = 120;
    const auto text = to_text(run);
    EXPECT_NE(text.find("errors         14  reset\n"
                        "                3  mismatch\n"
                        "              120  lost frames\n"),
              text.npos)
        << text;
    EXPECT_EQ(text.find("refused"), text.npos);
    EXPECT_EQ(text.find("unsent"), text.npos);
}

TEST(TextReport, TellsWhatInterruptionsMeant) {
    auto run = plain_result();
    run.reconnect = sample_result().reconnect;
    const auto rows =
        "errors             0\n"
        "disconnects        2  reset\n"
        "                   3  closed\n"
        "                   1  other\n"
        "resent frames      9\n"
        "outages            5  the longest 250 ms, all together 750 ms\n\n";
    EXPECT_NE(to_text(run).find(rows), std::string::npos) << to_text(run);
    run.mode = mode::idle;
    EXPECT_EQ(to_text(run).find("resent"), std::string::npos);
    EXPECT_EQ(layout_fault(to_text(run)), "");
}

TEST(TextReport, ShowsNoOutageWhereThereWasNone) {
    auto run = plain_result();
    run.reconnect.emplace();
    const auto rows =
        "errors             0\n"
        "disconnects        0\n"
        "resent frames      0\n"
        "outages            0\n\n";
    EXPECT_NE(to_text(run).find(rows), std::string::npos) << to_text(run);
}

TEST(TextReport, SaysWhyFramesWereNotSent) {
    auto run = plain_result();
    run.unsent_frames = 1234;
    EXPECT_NE(to_text(run).find("unsent frames  1,234  the server (or this machine) did not "
                                "keep up with --rate\n"),
              std::string::npos);
}

TEST(TextReport, SaysThatTheGeneratorWasTheLimit) {
    auto run = plain_result();
    run.busiest_thread = 0.95;
    EXPECT_EQ(to_text(run).find("generator"), std::string::npos);
    run.busiest_thread = 0.987;
    EXPECT_NE(to_text(run).find("errors          0\n\n"
                                "the generator was the limit: its busiest thread took 99 % of a "
                                "CPU,\n  add --threads or another machine\n\n"
                                "latency "),
              std::string::npos)
        << to_text(run);
    run.busiest_thread = 0.5;
    run.send_lag = send_lag{.p50_us = 1, .p99_us = 1000, .max_us = 2000};
    EXPECT_EQ(to_text(run).find("generator"), std::string::npos);
    run.send_lag->p99_us = 3100.4;
    EXPECT_NE(to_text(run).find("the generator was the limit: its busiest thread took 50 % of a "
                                "CPU,\n  frames went out late by 3.100 ms (p99), add --threads or "
                                "another machine\n"),
              std::string::npos)
        << to_text(run);
    run.busiest_thread = 1e300;
    EXPECT_EQ(layout_fault(to_text(run)), "");
}

TEST(TextReport, HalfcloseHasAPipeline) {
    auto run = plain_result();
    run.mode = mode::halfclose;
    EXPECT_TRUE(to_text(run).starts_with(
        "halfclose on 127.0.0.1:8080, 50 connections, 64B frames, pipeline 4, 2 threads, 2 s\n\n"
        "frames          4\n"))
        << to_text(run);
}

TEST(TextReport, IdleHasNoLatency) {
    auto run = plain_result();
    run.mode = mode::idle;
    run.failures[2].connections = 2;
    EXPECT_EQ(to_text(run),
              "idle on 127.0.0.1:8080, 50 connections, 2 threads, 2 s\n\n"
              "connections held  48\n"
              "heartbeats        12\n"
              "errors             2  closed\n");
}

TEST(TextReport, HoldsNoConnectionIfAllFailed) {
    auto run = plain_result();
    run.mode = mode::idle;
    run.failures[0].connections = 51;
    EXPECT_NE(to_text(run).find("connections held   0\n"), std::string::npos);
}

TEST(TextReport, ChurnCountsConnections) {
    auto run = plain_result();
    run.mode = mode::churn;
    const auto text = to_text(run);
    EXPECT_NE(text.find("\nconnections        4\nconnections/s    2.0\n"), text.npos) << text;
    EXPECT_NE(text.find("  latency, ms  connections\n"), text.npos) << text;
    EXPECT_EQ(text.find("pipeline"), text.npos);
}

TEST(TextReport, WithoutAnyFrameEndsAfterTheErrors) {
    auto run = plain_result();
    run.latency = {};
    run.frames = run.payload_bytes = 0;
    run.duration_s = 0;
    EXPECT_TRUE(to_text(run).ends_with("errors          0\n")) << to_text(run);
}

TEST(TextReport, ShowsAShortRunInMilliseconds) {
    auto run = plain_result();
    run.duration_s = 0.0131184;
    EXPECT_NE(to_text(run).find(", 13.118 ms\n"), std::string::npos);
}

TEST(TextReport, DrawsOneFrameInOneRow) {
    auto run = plain_result();
    run.latency = {};
    run.latency.record(118us);
    EXPECT_EQ(lines_of(to_text(run)).back(),
              "0.116 - 0.120       1  100.00%  ########################################");
}

TEST(TextReport, PutsEveryFrameInTheRowThatHoldsIt) {
    auto run = plain_result();
    run.latency = {};
    for (auto i = 1; i < 1000; ++i)
        run.latency.record(64us);
    run.latency.record(127'999ns);
    run.latency.record(128us);
    run.latency.record(2s);
    const auto text = to_text(run);
    EXPECT_NE(text.find("    0.064 -     0.080     999  99.70%  #"), text.npos) << text;
    EXPECT_NE(text.find("    0.112 -     0.128       1   0.10%  #\n"), text.npos) << text;
    EXPECT_NE(text.find("    0.128 -     0.160       1   0.10%  #\n"), text.npos) << text;
    EXPECT_NE(text.find("1,835.008 - 2,097.152       1   0.10%  #\n"), text.npos) << text;
}

TEST(TextReport, PutsMinimumAndMaximumInTheRowsThatHoldThem) {
    auto run = plain_result();
    run.latency = {};
    run.latency.record(103'950ns);  // the middle of its bucket is above 104 us
    run.latency.record(112'050ns);  // and of this one below 112 us
    const auto lines = lines_of(to_text(run));
    ASSERT_GE(lines.size(), 4U);
    EXPECT_TRUE(lines[lines.size() - 4].starts_with("0.100 - 0.104       1  50.00%  #"));
    EXPECT_TRUE(lines[lines.size() - 1].starts_with("0.112 - 0.116       1  50.00%  #"));
}

TEST(TextReport, DrawsAboutAsManyRowsAsAScreenHas) {
    auto run = plain_result();
    run.latency = {};
    for (auto latency = 64us; latency < 512us; ++latency)
        run.latency.record(latency);
    const auto text = to_text(run);
    const auto drawing = lines_of(text.substr(text.find("  latency, ms")));
    EXPECT_EQ(drawing.size(), 1U + 3U * 4U) << text;  // eight to each power of two are too many
}

TEST(TextReport, CollapsesALongEmptyStretch) {
    auto run = plain_result();
    run.latency = {};
    for (int i = 0; i < 100'000; ++i)
        run.latency.record(70us);
    run.latency.record(900ms);
    const auto lines = lines_of(to_text(run));
    ASSERT_GE(lines.size(), 3U);
    EXPECT_EQ(lines[lines.size() - 3].find(" 0.068 -   0.072  100,000  100.00%  #"), 1U);
    EXPECT_EQ(lines[lines.size() - 2], "              ...");
    EXPECT_EQ(lines[lines.size() - 1], "884.736 - 917.504        1   <0.01%  #");
}

TEST(TextReport, LastRowReachesToTheMaximum) {
    auto run = plain_result();
    run.latency = {};
    run.latency.record(0ns);
    run.latency.record(200h);
    const auto lines = lines_of(to_text(run));
    ASSERT_GE(lines.size(), 3U);
    EXPECT_EQ(lines[lines.size() - 3].find("          0.000 -           0.001       1  50.00%  #"),
              0U);
    EXPECT_EQ(lines[lines.size() - 1].find("274,877,906.944 - 720,000,000.001       1  50.00%  #"),
              0U);
}

TEST(TextReport, TellsOfRampAndWarmUpWhereTheyWere) {
    auto run = plain_result();
    run.ramp_s = 1.5;
    EXPECT_TRUE(lines_of(to_text(run)).front().ends_with(", 2 s after 1.5 s ramp"));
    run.ramp_s = 0;
    run.warmup_s = 1;
    EXPECT_TRUE(lines_of(to_text(run)).front().ends_with(", 2 s after 1 s warm-up"));
}

TEST(TextReport, CutsAndEscapesTheSources) {
    auto run = plain_result();
    run.sources = {"\x1b[2J\xff", std::string(100'000, '1')};
    const auto text = to_text(run);
    EXPECT_EQ(layout_fault(text), "");
    EXPECT_NE(text.find("from \\x1b[2J\\xff,111"), text.npos) << text.substr(0, 300);
}

TEST(TextReport, CutsAndEscapesTheAddress) {
    auto run = plain_result();
    run.address = "unix:/\xc3\xbc\x1b[2J\xff" + std::string(100, 'p') + "/end.sock";
    const auto text = to_text(run);
    EXPECT_EQ(layout_fault(text), "");
    EXPECT_TRUE(text.starts_with("echo on unix:/\\xc3\\xbc\\x1b[2J")) << text;
    EXPECT_NE(text.find("/end.sock, 50 connections"), text.npos) << text;
}

TEST(TextReport, LeavesRoomForLargeNumbersBesideTheBars) {
    auto run = plain_result();
    run.latency = {};
    run.latency.restore(200us, 1'998'000'000'000'000);
    run.latency.restore(1ms, 1);
    run.latency.restore_extremes(0ns, std::chrono::hours(24'000), 1us);
    EXPECT_EQ(layout_fault(to_text(run)), "") << to_text(run);
}

TEST(TextReport, FitsTheScreenWhateverWasMeasured) {
    std::mt19937_64 random(42);
    std::uniform_real_distribution<double> power(0, 43);
    for (int round = 0; round < 200; ++round) {
        auto run = sample_result();
        run.mode = round % 3 == 0 ? mode::churn : mode::echo;
        run.frame_size = {.least = 1'048'575, .most = 1'073'741'823};
        run.rate = 1'000'000'000;
        run.connections = run.pipeline = 1'048'576;
        run.unsent_frames = std::numeric_limits<std::uint64_t>::max();
        run.frames = 99'999'999'999;
        run.latency = {};
        for (int i = 0; i <= round; ++i)
            run.latency.record(std::chrono::nanoseconds(std::int64_t(std::exp2(power(random)))));
        const auto text = to_text(run);
        ASSERT_EQ(layout_fault(text), "") << text;
        const auto drawing = text.substr(text.find("latency, ms"));
        ASSERT_LE(lines_of(drawing).size(), 36U) << "a row for each power of two\n" << text;
    }
}

}  // namespace
}  // namespace pulsar::report::text_test
