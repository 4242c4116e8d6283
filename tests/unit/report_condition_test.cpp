#include "pulsar/report/condition.hpp"
#include "report_sample_result.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace pulsar::report::condition_test {
namespace {

using namespace bench;
using namespace std::chrono_literals;
using strings = std::vector<std::string>;

constexpr auto value = condition::kind::value;
constexpr auto ratio = condition::kind::ratio;

/// What it says of a run, `no` if it does not hold.
std::string finding(const std::string& text, const result& run) {
    return condition(text, value).finding(run).value_or("no");
}

std::string finding(const std::string& text, const result& a, const result& b) {
    return condition(text, ratio).finding(a, b).value_or("no");
}

std::string refusal(const std::string& text, condition::kind of) {
    try {
        condition(text, of);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "none";
}

/// Latencies of 5 to 60 ms, all statistics of which are known to the nanosecond.
result run_of(std::chrono::nanoseconds latency) {
    auto run = sample_result();
    run.latency = {};
    run.latency.record(latency);
    return run;
}

TEST(Condition, NamesEachMetricAndItsValue) {
    const auto run = sample_result();
    EXPECT_EQ(finding("min>0.05ms", run), "min>0.05ms: min is 0.1 ms");
    EXPECT_EQ(finding("p50>0.05ms", run), "p50>0.05ms: p50 is 0.2 ms");
    EXPECT_EQ(finding("p90>0.05ms", run), "p90>0.05ms: p90 is 1 ms");
    EXPECT_EQ(finding("p99>=1ms", run), "p99>=1ms: p99 is 1 ms");
    EXPECT_EQ(finding("p99.9<=1ms", run), "p99.9<=1ms: p99.9 is 1 ms");
    EXPECT_EQ(finding("p99.99<1s", run), "p99.99<1s: p99.99 is 1 ms");
    EXPECT_EQ(finding("max>999.999us", run), "max>999.999us: max is 1 ms");
    EXPECT_EQ(finding("mean<1ms", run), "mean<1ms: mean is 0.4 ms");
    EXPECT_EQ(finding("errors>0", run), "errors>0: errors is 21");
    EXPECT_EQ(finding("lost>6", run), "lost>6: lost is 7");
    EXPECT_EQ(finding("frames/s<10000", run), "frames/s<10000: frames/s is 2");
    EXPECT_EQ(finding("MiB/s<2.5", run), "MiB/s<2.5: MiB/s is 2");
    EXPECT_EQ(finding("outage>200ms", run), "outage>200ms: outage is 250 ms");
}

TEST(Condition, IsExactAtTheLimit) {
    // As doubles, 0.1 ms are more than 100,000 ns, and 0.29 s less than 290 ms.
    for (const auto& [limit, latency] :
         {std::pair("0.1ms", 100'000ns), std::pair("100us", 100'000ns), std::pair("0.001us", 1ns),
          std::pair("0.29s", 290'000'000ns), std::pair("10ms", 10'000'000ns),
          std::pair("0.000000003s", 3ns), std::pair("3600.000000001s", 3'600'000'000'001ns)}) {
        for (const auto off : {-1ns, 0ns, 1ns}) {
            const auto holds = [&, run = run_of(latency + off)](const std::string& sign) {
                return condition("max" + sign + limit, value).finding(run).has_value();
            };
            EXPECT_EQ(holds(">"), off > 0ns) << limit;
            EXPECT_EQ(holds(">="), off >= 0ns) << limit;
            EXPECT_EQ(holds("<"), off < 0ns) << limit;
            EXPECT_EQ(holds("<="), off <= 0ns) << limit;
        }
    }
    auto run = sample_result();
    run.reconnect->longest_outage_s = 0.29;
    EXPECT_EQ(finding("outage>290ms", run), "no");
    EXPECT_EQ(finding("outage<290ms", run), "no");
    EXPECT_EQ(finding("errors>21", run), "no");
    EXPECT_EQ(finding("errors<21.5", run), "errors<21.5: errors is 21");
    EXPECT_EQ(finding("frames/s<2", run), "no");
    EXPECT_EQ(finding("max>0.0004us", run_of(0ns)), "no");
    EXPECT_EQ(finding("max<0.0004us", run_of(1ns)), "no");
}

/// As doubles, 2,700 / 2.7 are less than 1,000, and 3,300 / 3.3 are not.
TEST(Condition, OfARateIsExactAtTheLimit) {
    for (int tenths = 1; tenths < 10'000; ++tenths) {
        auto run = sample_result();
        run.duration_s = std::chrono::duration<double>(tenths * 100ms).count();
        run.frames = static_cast<std::uint64_t>(tenths) * 100;
        run.payload_bytes = run.frames << 20;
        for (const std::string metric : {"frames/s", "MiB/s"}) {
            ASSERT_EQ(finding(metric + "<1000", run), "no") << run.duration_s;
            ASSERT_EQ(finding(metric + ">1000", run), "no") << run.duration_s;
        }
    }
}

TEST(Condition, ShowsAsManyDecimalsAsTellTheValueFromTheLimit) {
    EXPECT_EQ(finding("max>100ms", run_of(523'838'841ns)), "max>100ms: max is 523.839 ms");
    EXPECT_EQ(finding("max>1s", run_of(9'087'143'682ns)), "max>1s: max is 9,087.144 ms");
    EXPECT_EQ(finding("max>100ms", run_of(100'000'400ns)), "max>100ms: max is 100.0004 ms");
    EXPECT_EQ(finding("max<100ms", run_of(99'999'999ns)), "max<100ms: max is 99.999999 ms");
    EXPECT_EQ(finding("max>0us", run_of(1ns)), "max>0us: max is 0.000001 ms");
    EXPECT_EQ(finding("max>1.2x", run_of(10ms), run_of(12'000'400ns)),
              "max>1.2x: max is 10 ms in A and 12 ms in B, 1.20004x");
}

TEST(Condition, HoldsWhereTheRunDoesNotHaveTheMetric) {
    auto idle = plain_result();
    idle.mode = mode::idle;
    idle.latency = {};
    for (const std::string metric :
         {"min", "p50", "p90", "p99", "p99.9", "p99.99", "max", "mean", "outage"}) {
        for (const std::string sign : {">", "<", ">=", "<="}) {
            EXPECT_EQ(finding(metric + sign + "1s", idle),
                      metric + sign + "1s: the run has no " + metric);
        }
        const auto has_it = metric == "outage" ? sample_result() : plain_result();
        EXPECT_EQ(finding(metric + "<0x", idle, has_it), metric + "<0x: A has no " + metric);
        EXPECT_EQ(finding(metric + "<0x", has_it, idle), metric + "<0x: B has no " + metric);
        EXPECT_EQ(finding(metric + "<0x", idle, idle), metric + "<0x: A has no " + metric);
    }
    EXPECT_EQ(finding("frames/s<0", idle), "frames/s<0: the run has no frames/s");
    EXPECT_EQ(finding("MiB/s>0", idle), "MiB/s>0: the run has no MiB/s");
    EXPECT_EQ(finding("errors>0", idle), "no");
    EXPECT_EQ(finding("lost>0", idle), "no");
}

TEST(Condition, ComparesBToA) {
    const auto a = run_of(10ms);
    EXPECT_EQ(finding("max>1.2x", a, run_of(13'400us)),
              "max>1.2x: max is 10 ms in A and 13.4 ms in B, 1.34x");
    EXPECT_EQ(finding("max>1.2x", a, run_of(12ms)), "no");
    EXPECT_EQ(finding("max>=1.2x", a, run_of(12ms)),
              "max>=1.2x: max is 10 ms in A and 12 ms in B, 1.2x");
    EXPECT_EQ(finding("max<1x", a, run_of(5ms)), "max<1x: max is 10 ms in A and 5 ms in B, 0.5x");
    auto slower = a;
    slower.duration_s = 4;
    EXPECT_EQ(finding("frames/s<0.9x", a, slower),
              "frames/s<0.9x: frames/s is 2 in A and 1 in B, 0.5x");
}

TEST(Condition, ARatioToNoneIsAboveAll) {
    const auto none = plain_result();
    const auto some = sample_result();
    EXPECT_EQ(finding("errors>1000000x", none, some),
              "errors>1000000x: errors is 0 in A and 21 in B");
    EXPECT_EQ(finding("errors>=1000000x", none, some),
              "errors>=1000000x: errors is 0 in A and 21 in B");
    EXPECT_EQ(finding("errors<1000000x", none, some), "no");
    for (const std::string sign : {">", "<", ">=", "<="})
        EXPECT_EQ(finding("errors" + sign + "0x", none, none), "no") << sign;
    EXPECT_EQ(finding("errors<=0x", some, none), "errors<=0x: errors is 21 in A and 0 in B, 0x");
}

TEST(Condition, SaysWhatIsAccepted) {
    const std::string metrics =
        "expected one of min, p50, p90, p99, p99.9, p99.99, max, mean, errors, lost, frames/s, "
        "MiB/s, outage, then an operator and a value without blanks";
    for (const auto* text : {"", "p95>1ms", "P99>1ms", " p99>1ms", "p99 >1ms", ">1ms", "p99=1ms"})
        EXPECT_EQ(refusal(text, value), metrics) << text;
    EXPECT_EQ(refusal("p99", value), "expected >, <, >= or <= after the metric");
    for (const std::string bad :
         {"",     "10",   "ms",   "1.ms", ".1ms", "1e3ms", "-1ms",    "+1ms",  "1,5ms", "0x10ms",
          " 1ms", "1 ms", "1ms ", "1m",   "1ns",  "1.2x",  "1.2.3ms", "infms", "nanms", ">1ms"}) {
        EXPECT_EQ(refusal("p99<" + bad, value),
                  "expected a time in us, ms or s after p99<, such as 1.5ms")
            << bad;
    }
    EXPECT_EQ(refusal("errors>=", value), "expected a number after errors>=, such as 1000 or 0.5");
    EXPECT_EQ(refusal("errors>1ms", value), "expected a number after errors>, such as 1000 or 0.5");
    EXPECT_EQ(refusal("errors>" + std::string(400, '9'), value),
              "expected a number after errors>, such as 1000 or 0.5");
    for (const auto* bad : {"p99>10ms", "p99>1.2", "p99>x", "p99>", "p99>1.2X", "p99>1.2xx"}) {
        EXPECT_EQ(refusal(bad, ratio), "expected a ratio of B to A after p99>, such as 1.2x")
            << bad;
    }
    EXPECT_EQ(refusal("errors>2x", ratio), "none");
}

}  // namespace
}  // namespace pulsar::report::condition_test
