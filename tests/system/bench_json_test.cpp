// The object that --json prints: scripts rely on its keys, their order and what they mean.

#include "support/bench.hpp"
#include "support/daemon.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace pulsar::test::bench_json_test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

strings keys_of(const boost::json::value& object) {
    strings keys;
    for (const auto& member : object.as_object())
        keys.emplace_back(member.key());
    return keys;
}

/// Throws unless it is a number.
double real(const boost::json::value& object, const char* key) {
    return object.at(key).to_number<double>();
}

std::int64_t whole(const boost::json::value& object, const char* key) {
    return object.at(key).as_int64();
}

const strings latency_keys{"min", "mean", "p50", "p90", "p99", "p99_9", "p99_99", "max"};

void expect_keys(const event& result) {
    EXPECT_EQ(keys_of(result),
              (strings{"address",           "mode",           "framing",        "connections",
                       "pipeline",          "frame_size",     "rate",           "threads",
                       "sources",           "proxy_protocol", "ramp_s",         "warmup_s",
                       "duration_s",        "frames",         "frames_per_s",   "mib_per_s",
                       "payload_bytes",     "latency_us",     "heartbeats",     "errors",
                       "lost_frames",       "unsent_frames",  "busiest_thread", "send_lag_us",
                       "generator_limited", "reconnect",      "series",         "histogram"}));
    EXPECT_EQ(keys_of(result.at("latency_us")), latency_keys);
    EXPECT_EQ(keys_of(result.at("errors")),
              (strings{"refused", "reset", "closed", "timeout", "mismatch", "other", "total"}));
    for (const auto& second : result.at("series").as_array())
        EXPECT_EQ(keys_of(second),
                  (strings{"t_s", "frames", "p50_us", "p99_us", "disconnects", "outage_s"}));
    for (const auto& bucket : result.at("histogram").as_array())
        EXPECT_EQ(keys_of(bucket), (strings{"from_us", "to_us", "count"}));
}

/// From the least to the greatest, and the mean between them.
void expect_order(const boost::json::value& latency) {
    double before = real(latency, "min");
    EXPECT_GT(before, 0);
    for (const auto* key : {"p50", "p90", "p99", "p99_9", "p99_99", "max"}) {
        EXPECT_GE(real(latency, key), before) << key;
        before = real(latency, key);
    }
    EXPECT_GE(real(latency, "mean"), real(latency, "min"));
    EXPECT_LE(real(latency, "mean"), real(latency, "max"));
}

/// What the buckets say must agree with the latencies.
void expect_histogram(const event& result) {
    std::int64_t frames = 0;
    double end = 0;
    double sum_of_least = 0;
    double sum_of_most = 0;
    for (const auto& bucket : result.at("histogram").as_array()) {
        EXPECT_GE(real(bucket, "from_us"), end);
        EXPECT_GE(real(bucket, "to_us"), real(bucket, "from_us"));
        EXPECT_LE(real(bucket, "to_us"), real(bucket, "from_us") * 1.01) << "error of 1 % at most";
        end = real(bucket, "to_us");
        const auto count = whole(bucket, "count");
        EXPECT_GT(count, 0);
        frames += count;
        sum_of_least += static_cast<double>(count) * real(bucket, "from_us");
        sum_of_most += static_cast<double>(count) * real(bucket, "to_us");
    }
    EXPECT_EQ(frames, number(result, "frames"));
    const auto& latency = result.at("latency_us");
    const auto mean = real(latency, "mean") * static_cast<double>(frames);
    EXPECT_GE(mean, sum_of_least * 0.999);
    EXPECT_LE(mean, sum_of_most * 1.001);
    const auto& buckets = result.at("histogram").as_array();
    EXPECT_LE(real(buckets.front(), "from_us"), real(latency, "min"));
    EXPECT_GE(real(buckets.front(), "to_us"), real(latency, "min"));
    EXPECT_LE(real(buckets.back(), "from_us"), real(latency, "max"));
    EXPECT_GE(real(buckets.back(), "to_us"), real(latency, "max"));
}

void expect_series(const event& result, const std::vector<double>& ends) {
    const auto& series = result.at("series").as_array();
    ASSERT_EQ(series.size(), ends.size()) << boost::json::serialize(series);
    std::int64_t frames = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        EXPECT_DOUBLE_EQ(real(series[i], "t_s"), ends[i]);
        frames += whole(series[i], "frames");
        EXPECT_GT(real(series[i], "p50_us"), 0);
        EXPECT_GE(real(series[i], "p99_us"), real(series[i], "p50_us"));
    }
    EXPECT_EQ(frames, number(result, "frames"));
}

void expect_throughput(const event& result) {
    const auto seconds = real(result, "duration_s");
    EXPECT_NEAR(real(result, "frames_per_s"), real(result, "frames") / seconds, 0.001);
    EXPECT_NEAR(real(result, "mib_per_s"), real(result, "payload_bytes") / 1048576 / seconds,
                0.000001);
}

TEST(BenchJson, HasWhatIsDocumented) {
    daemon pulsar;
    const auto result = expect_all_echoed({pulsar.address(), "-w", "0s", "-d", "2500ms", "-c", "3",
                                           "-p", "4", "-s", "100B-1KiB", "-t", "2", "-r", "3000"});
    const auto& object = result.object();
    expect_keys(object);
    EXPECT_EQ(text(object, "address"), pulsar.address());
    EXPECT_EQ(text(object, "mode"), "echo");
    EXPECT_EQ(text(object, "framing"), "length");
    EXPECT_EQ(number(object, "connections"), 3);
    EXPECT_EQ(number(object, "pipeline"), 4);
    EXPECT_EQ(text(object, "frame_size"), "100B-1KiB");
    EXPECT_EQ(number(object, "rate"), 3000);
    EXPECT_EQ(number(object, "threads"), 2);
    EXPECT_EQ(number(object, "warmup_s"), 0);
    EXPECT_EQ(result.real("duration_s"), 2.5);
    EXPECT_EQ(number(object, "heartbeats"), 0);
    expect_order(object.at("latency_us"));
    expect_histogram(object);
    expect_series(object, {1, 2, 2.5});
    expect_throughput(object);
    pulsar.expect_orderly_exit();
}

TEST(BenchJson, SaysHowConnectionsWereMade) {
    daemon pulsar({"--proxy-from", "127.0.0.0/8"});
    const auto result =
        expect_all_echoed({pulsar.address(), "-n", "10", "--source", "127.0.0.3", "--source",
                           "127.0.0.2", "--proxy-protocol", "v2", "--ramp", "20ms"});
    expect_keys(result.object());
    EXPECT_EQ(result.object().at("sources"), (boost::json::value{"127.0.0.3", "127.0.0.2"}));
    EXPECT_EQ(text(result.object(), "proxy_protocol"), "v2");
    EXPECT_EQ(result.real("ramp_s"), 0.02);
    pulsar.expect_orderly_exit();
}

TEST(BenchJson, SecondsAreCountedFromTheEndOfTheWarmUp) {
    daemon pulsar;
    const auto result = expect_all_echoed({pulsar.address(), "-w", "700ms", "-d", "1s"});
    expect_keys(result.object());
    EXPECT_EQ(result.real("warmup_s"), 0.7);
    for (const auto* key : {"rate", "sources", "proxy_protocol"})
        EXPECT_TRUE(result.object().at(key).is_null()) << key;
    EXPECT_EQ(result.real("ramp_s"), 0);
    expect_series(result.object(), {1});
    expect_histogram(result.object());
    expect_throughput(result.object());
    pulsar.expect_orderly_exit();
}

TEST(BenchJson, IsNullWhereNothingWasMeasured) {
    daemon pulsar;
    const auto result = expect_all_echoed(
        {pulsar.address(), "--mode", "idle", "-w", "0s", "-d", "1200ms", "-c", "2"});
    const auto& object = result.object();
    expect_keys(object);
    EXPECT_EQ(text(object, "mode"), "idle");
    for (const auto& key : latency_keys)
        EXPECT_TRUE(object.at("latency_us").at(key).is_null()) << key;
    const auto& series = object.at("series").as_array();
    ASSERT_EQ(series.size(), 2u);
    for (const auto& second : series) {
        EXPECT_EQ(whole(second, "frames"), 0);
        EXPECT_TRUE(second.at("p50_us").is_null());
        EXPECT_TRUE(second.at("p99_us").is_null());
    }
    EXPECT_TRUE(object.at("histogram").as_array().empty());
    EXPECT_EQ(result.real("frames_per_s"), 0);
    pulsar.expect_orderly_exit();
}

TEST(BenchJson, OfANumberOfFramesEndsWithTheLast) {
    daemon pulsar;
    const auto result = expect_all_echoed({pulsar.address(), "-n", "500", "-c", "5"});
    const auto& object = result.object();
    expect_keys(object);
    EXPECT_EQ(number(object, "frames"), 500);
    expect_series(object, {result.real("duration_s")});
    expect_order(object.at("latency_us"));
    expect_histogram(object);
    expect_throughput(object);
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::bench_json_test
