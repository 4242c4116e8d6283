#include "pulsar/report/compare.hpp"
#include "report_sample_result.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace pulsar::report::compare_test {
namespace {

using namespace bench;
using namespace std::chrono_literals;

TEST(Compare, ShowsLikeForLike) {
    auto faster = plain_result();
    faster.duration_s = 1;
    faster.heartbeats = 6;
    EXPECT_EQ(compare("a.json", plain_result(), "b.json", faster),
              R"(             A: a.json  B: b.json    B/A

frames/s           2.0        4.0  2.00x
MiB/s            2.000      4.000  2.00x

latency, ms
  min            0.100      0.100  1.00x
  p50            0.200      0.200  1.00x
  p90            1.000      1.000  1.00x
  p99            1.000      1.000  1.00x
  p99.9          1.000      1.000  1.00x
  p99.99         1.000      1.000  1.00x
  max            1.000      1.000  1.00x
  mean           0.400      0.400  1.00x

heartbeats          12          6  0.50x
errors               0          0      -
)");
}

TEST(Compare, MarksEveryParameterThatDiffers) {
    auto other = plain_result();
    other.address = "[::1]:8080";
    other.mode = mode::churn;
    other.framing = framing::none;
    other.connections = 1000;
    other.frame_size = {.least = 64, .most = 2048};
    other.pipeline = 8;
    other.rate = 100'000;
    other.threads = 4;
    other.sources = {"127.0.0.2", "::1"};
    other.proxy_protocol = protocol::proxy_header::version::v1;
    other.ramp_s = 0.25;
    other.warmup_s = 1.5;
    other.duration_s = 3;
    other.frames = 5;
    const auto text = compare("a", plain_result(), "b", other);
    EXPECT_NE(text.find("\n"
                        "* address         127.0.0.1:8080     [::1]:8080\n"
                        "* mode                      echo          churn\n"
                        "* framing                 length           none\n"
                        "* connections                 50          1,000\n"
                        "* frame size                 64B       64B-2KiB\n"
                        "* pipeline                     4              8\n"
                        "* rate                      none      100,000/s\n"
                        "* sources                   none  127.0.0.2,::1\n"
                        "* PROXY protocol            none             v1\n"
                        "* threads                      2              4\n"
                        "* ramp                   0.000 s        0.250 s\n"
                        "* warm-up                0.000 s        1.500 s\n"
                        "* duration               2.000 s        3.000 s\n"
                        "\n"),
              text.npos)
        << text;
    EXPECT_TRUE(
        text.ends_with("\n\n* the runs differ in: address, mode, framing, connections, "
                       "frame size, pipeline, rate, sources,\n  PROXY protocol, threads, ramp, "
                       "warm-up, duration\n"))
        << text;
    EXPECT_EQ(layout_fault(text), "");
}

TEST(Compare, DurationIsAResultWhereTheFramesWereAskedFor) {
    auto slower = plain_result();
    slower.duration_s = 3;
    EXPECT_EQ(compare("a", plain_result(), "b", slower).find("duration"), std::string::npos);
    slower.frames = 5;
    EXPECT_NE(compare("a", plain_result(), "b", slower).find("* duration"), std::string::npos);
    slower.duration_s = 2.01;
    EXPECT_EQ(compare("a", plain_result(), "b", slower).find("duration"), std::string::npos);
}

TEST(Compare, ShowsErrorsByKindWhereEitherHasThem) {
    auto bad = plain_result();
    bad.failures[0].connections = 3;
    bad.failures[3].connections = 2;
    bad.lost_frames = 9;
    auto worse = bad;
    worse.failures[0].connections = 6;
    worse.unsent_frames = 1234;
    const auto text = compare("a", bad, "b", worse);
    EXPECT_NE(text.find("errors             5      8  1.60x\n"
                        "  refused          3      6  2.00x\n"
                        "  timeout          2      2  1.00x\n"
                        "lost frames        9      9  1.00x\n"
                        "unsent frames      0  1,234      -\n"),
              text.npos)
        << text;
    EXPECT_EQ(text.find("mismatch"), text.npos);
}

TEST(Compare, ShowsInterruptionsWhereEitherHasThem) {
    auto again = plain_result();
    again.reconnect = sample_result().reconnect;
    const auto one = compare("a", plain_result(), "b", again);
    EXPECT_NE(one.find("* reconnect           no    yes\n"), one.npos) << one;
    EXPECT_NE(one.find("\n\n"
                       "disconnects            -      6      -\n"
                       "resent frames          -      9      -\n"
                       "outages                -      5      -\n"
                       "  the longest, s       -  0.250      -\n"
                       "  all together, s      -  0.750      -\n"),
              one.npos)
        << one;
    auto worse = again;
    worse.reconnect->longest_outage_s = 0.5;
    const auto both = compare("a", again, "b", worse);
    EXPECT_EQ(both.find("* reconnect"), both.npos) << both;
    EXPECT_NE(both.find("  the longest, s   0.250  0.500  2.00x\n"), both.npos) << both;
}

TEST(Compare, SaysWhereTheGeneratorWasTheLimit) {
    const auto end = [](const result& a, const result& b) {
        const auto text = compare("a", a, "b", b);
        return text.substr(text.find("errors "));
    };
    const auto free = plain_result();
    auto limited = free;
    limited.busiest_thread = 0.99;
    const std::string row = "errors           0      0      -\n";
    EXPECT_EQ(end(free, free), row);
    EXPECT_EQ(end(limited, free), row + "\n* the generator was the limit of A\n");
    EXPECT_EQ(end(free, limited), row + "\n* the generator was the limit of B\n");
    EXPECT_EQ(end(limited, limited), row + "\n* the generator was the limit of both\n");
}

TEST(Compare, HasNoValuesForAnIdleRun) {
    auto idle = plain_result();
    idle.mode = mode::idle;
    idle.latency = {};
    const auto one = compare("a", idle, "b", plain_result());
    EXPECT_NE(one.find("\nframes/s        -    2.0      -\n"), one.npos) << one;
    EXPECT_NE(one.find("\n  p50           -  0.200      -\n"), one.npos) << one;
    EXPECT_EQ(compare("a", idle, "b", idle),
              "            A: a  B: b    B/A\n\n"
              "heartbeats    12    12  1.00x\n"
              "errors         0     0      -\n");
}

TEST(Compare, CountsConnectionsIfBothAreChurn) {
    auto churn = plain_result();
    churn.mode = mode::churn;
    EXPECT_NE(compare("a", churn, "b", churn).find("\nconnections/s "), std::string::npos);
    EXPECT_NE(compare("a", churn, "b", plain_result()).find("\nframes/s "), std::string::npos);
}

TEST(Compare, CutsLongNamesInTheMiddle) {
    const auto text = compare("runs/of-a-long-day/before.json", plain_result(),
                              "\xc3\xbc\n" + std::string(300, 'x') + "after.json", plain_result());
    EXPECT_NE(text.find("  A: runs/of-a-...before.json  B: \\xc3\\xbc\\n...xafter.json  "),
              text.npos)
        << text;
    EXPECT_EQ(layout_fault(text), "");
}

TEST(Compare, FitsTheScreenWhateverTheFilesHold) {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    auto a = sample_result();
    a.address = std::string(300, 'a');
    a.frames = a.lost_frames = a.unsent_frames = a.heartbeats = a.payload_bytes = most;
    *a.rate = most;
    a.duration_s = 1e-9;
    a.failures[0].connections = most;
    a.latency.record(std::chrono::hours(24 * 365 * 29));
    auto b = plain_result();
    b.address = std::string(300, 'b');
    b.duration_s = 1e9;
    a.sources = {"\x1b\xff", std::string(300, 's')};
    b.heartbeats = 1;
    EXPECT_EQ(layout_fault(compare(std::string(300, 'a'), a, std::string(300, 'b'), b)), "");
    EXPECT_EQ(layout_fault(compare(std::string(300, 'b'), b, std::string(300, 'a'), a)), "");
    EXPECT_NE(compare("b", b, "a", a).find("  >10^15x\n"), std::string::npos);
}

}  // namespace
}  // namespace pulsar::report::compare_test
