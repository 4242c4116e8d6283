#include "pulsar/report/json.hpp"
#include "pulsar/report/merge.hpp"
#include "pulsar/report/result_file.hpp"
#include "pulsar/report/text.hpp"
#include "report_sample_result.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <stdexcept>

namespace pulsar::report::merge_test {
namespace {

using namespace bench;
using namespace std::chrono_literals;

result merged(const result& a, const result& b) {
    return merge({{"a", a}, {"b", b}});
}

std::string refusal(const result& a, const result& b) {
    try {
        merged(a, b);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "none";
}

TEST(Merge, AddsCountsAndTakesTheLongestTimes) {
    auto other = sample_result();
    other.connections = 100;
    other.rate = 500;
    other.threads = 3;
    other.ramp_s = 0.5;
    other.warmup_s = 0.25;
    other.duration_s = 4;
    other.frames = 6;
    other.payload_bytes = 1 << 20;
    other.lost_frames = 1;
    other.unsent_frames = 2;
    other.heartbeats = 3;
    other.failures[5].connections = 10;
    other.busiest_thread = 0.5;
    other.send_lag = send_lag{.p50_us = 2, .p99_us = 30, .max_us = 400};
    other.reconnect = interruptions{.disconnects = {1, 0, 0, 0, 0, 4},
                                    .resent_frames = 1,
                                    .outages = 2,
                                    .longest_outage_s = 0.5,
                                    .outage_s = 0.625};
    auto first = sample_result();
    first.busiest_thread = 0.75;
    first.send_lag = send_lag{.p50_us = 1, .p99_us = 40, .max_us = 300};
    const auto sum = merged(first, other);

    EXPECT_EQ(sum.connections, 150U);
    EXPECT_EQ(sum.rate, 1500U);
    EXPECT_EQ(sum.threads, 5U);
    EXPECT_EQ(sum.ramp_s, 0.5);
    EXPECT_EQ(merged(other, first).ramp_s, 0.5);
    EXPECT_EQ(sum.warmup_s, 0.5);
    EXPECT_EQ(sum.duration_s, 4);
    EXPECT_EQ(sum.frames, 10U);
    EXPECT_EQ(sum.frames_per_s(), 2.5);
    EXPECT_EQ(sum.payload_bytes, 5U << 20U);
    EXPECT_EQ(sum.mib_per_s(), 1.25);
    EXPECT_EQ(sum.lost_frames, 8U);
    EXPECT_EQ(sum.unsent_frames, 10U);
    EXPECT_EQ(sum.heartbeats, 15U);
    EXPECT_EQ(sum.failures[0].connections, 2U);
    EXPECT_EQ(sum.failures[5].connections, 16U);
    EXPECT_EQ(sum.reconnect, (interruptions{.disconnects = {1, 2, 3, 0, 0, 5},
                                            .resent_frames = 10,
                                            .outages = 7,
                                            .longest_outage_s = 0.5,
                                            .outage_s = 1.375}));
    EXPECT_TRUE(sum.series.empty());
    EXPECT_EQ(sum.busiest_thread, 0.75);
    EXPECT_EQ(sum.send_lag, (send_lag{.p50_us = 2, .p99_us = 40, .max_us = 400}));
}

TEST(Merge, TakesPercentilesFromAllLatencies) {
    auto slow = plain_result();
    slow.latency = {};
    slow.latency.record(2ms);
    slow.latency.record(50us);
    auto none = plain_result();
    none.latency = {};
    histogram all;
    for (const auto latency : {50us, 100us, 200us, 300us, 1000us, 2000us})
        all.record(latency);
    const auto sum = merge({{"none", none}, {"a", plain_result()}, {"b", slow}, {"none", none}});
    EXPECT_EQ(sum.latency, all);
    EXPECT_EQ(merged(none, none).latency, histogram());
}

TEST(Merge, OfFilesIsThatOfTheRuns) {
    auto slow = sample_result();
    slow.latency.record(300s);
    const auto sum = merged(sample_result(), slow);
    const test::temp_dir dir;
    const auto through_a_file = [&](const result& run) {
        test::write_file(dir / "json", to_json(run));
        return read_result(dir / "json");
    };
    const auto again = merged(through_a_file(sample_result()), through_a_file(slow));
    EXPECT_EQ(to_json(again), to_json(sum));
    EXPECT_EQ(to_json(through_a_file(sum)), to_json(sum));
    EXPECT_EQ(layout_fault(to_text(sum)), "");
}

TEST(Merge, HasARateIfAllHaveOne) {
    auto closed = sample_result();
    closed.rate.reset();
    closed.send_lag.reset();
    auto open = sample_result();
    open.send_lag = send_lag{.p50_us = 1, .p99_us = 2, .max_us = 3};
    EXPECT_EQ(merged(open, closed).rate, std::nullopt);
    EXPECT_EQ(merged(open, closed).send_lag, open.send_lag);
    EXPECT_EQ(merged(closed, open).rate, std::nullopt);
    EXPECT_EQ(merged(closed, open).send_lag, open.send_lag);
    EXPECT_EQ(merge({{"", open}, {"", closed}, {"", open}}).rate, std::nullopt);
}

TEST(Merge, NamesEachAddressOnce) {
    auto a = plain_result();
    auto b = plain_result();
    EXPECT_EQ(merged(a, b).address, "127.0.0.1:8080");
    a.address = "one:1,two:2";
    b.address = "two:2,three:3,";
    EXPECT_EQ(merged(a, b).address, "one:1,two:2,three:3,");
    a.address = "";
    b.address = "x";
    EXPECT_EQ(merged(a, b).address, ",x");
}

TEST(Merge, NamesEachSourceOnce) {
    auto a = sample_result();
    auto b = sample_result();
    using strings = std::vector<std::string>;
    EXPECT_EQ(merged(a, b).sources, (strings{"127.0.0.2", "::1"}));
    b.sources = {"127.0.0.3", "127.0.0.2"};
    EXPECT_EQ(merged(a, b).sources, (strings{"127.0.0.2", "::1", "127.0.0.3"}));
    a.sources.clear();
    EXPECT_EQ(merged(a, b).sources, b.sources);
    EXPECT_EQ(merged(a, a).sources, strings());
}

TEST(Merge, RefusesOtherLoads) {
    const auto same = sample_result();
    auto other = same;
    other.mode = mode::churn;
    EXPECT_EQ(refusal(same, other), "a and b differ in mode: echo and churn");
    other = same;
    other.framing = framing::length;
    EXPECT_EQ(refusal(same, other), "a and b differ in framing: none and length");
    other = same;
    other.frame_size.least = 65;
    EXPECT_EQ(refusal(same, other), "a and b differ in frame size: 64B-1KiB and 65B-1KiB");
    other = same;
    other.pipeline = 5;
    EXPECT_EQ(refusal(same, other), "a and b differ in pipeline: 4 and 5");
    other = same;
    other.proxy_protocol = protocol::proxy_header::version::v1;
    EXPECT_EQ(refusal(same, other), "a and b differ in PROXY protocol: v2 and v1");
    other.proxy_protocol.reset();
    EXPECT_EQ(refusal(other, same), "a and b differ in PROXY protocol: none and v2");
    other = same;
    other.reconnect.reset();
    EXPECT_EQ(refusal(same, other), "a and b differ in reconnect: yes and no");
    EXPECT_EQ(refusal(other, same), "a and b differ in reconnect: no and yes");
    try {
        merge({{"a\n", same}, {"b", same}, {"c\x1b", other}});
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "a\\n and c\\x1b differ in reconnect: yes and no");
    }
}

TEST(Merge, RefusesSumsThatAreTooLarge) {
    static constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    const std::vector<std::pair<std::string, std::function<void(result&)>>> fields{
        {"connections", [](result& r) { r.connections = most; }},
        {"rates", [](result& r) { r.rate = most; }},
        {"threads", [](result& r) { r.threads = std::numeric_limits<unsigned>::max(); }},
        {"frames", [](result& r) { r.frames = most; }},
        {"payload bytes", [](result& r) { r.payload_bytes = most; }},
        {"lost frames", [](result& r) { r.lost_frames = most; }},
        {"unsent frames", [](result& r) { r.unsent_frames = most; }},
        {"heartbeats", [](result& r) { r.heartbeats = most; }},
        {"errors", [](result& r) { r.failures[2].connections = most; }},
        {"disconnects", [](result& r) { r.reconnect->disconnects[2] = most; }},
        {"resent frames", [](result& r) { r.reconnect->resent_frames = most; }},
        {"outages", [](result& r) { r.reconnect->outages = most; }},
        {"frames", [](result& r) { r.latency.restore(1ms, most - r.latency.count()); }},
    };
    for (const auto& [name, enlarge] : fields) {
        auto large = sample_result();
        enlarge(large);
        EXPECT_EQ(refusal(large, sample_result()), "the sum of all " + name + " is too large");
        EXPECT_EQ(refusal(sample_result(), large), "the sum of all " + name + " is too large");
    }
}

}  // namespace
}  // namespace pulsar::report::merge_test
