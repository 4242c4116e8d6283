#include "pulsar/bench/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

namespace pulsar::bench::histogram_test {
namespace {

using namespace std::chrono_literals;
using ns = std::chrono::nanoseconds;

double error_of(ns shown, ns truth) {
    return std::abs(static_cast<double>((shown - truth).count())) /
           static_cast<double>(truth.count());
}

TEST(BenchHistogram, IsEmptyAtFirst) {
    const histogram empty;
    EXPECT_EQ(empty.count(), 0U);
    for (const auto value : {empty.min(), empty.max(), empty.mean(), empty.percentile(99)})
        EXPECT_EQ(value, 0ns);
}

TEST(BenchHistogram, OneLatencyIsEveryPercentile) {
    histogram one;
    one.record(123'456ns);
    for (const double percent : {0.0, 50.0, 99.99, 100.0})
        EXPECT_EQ(one.percentile(percent), 123'456ns);
    EXPECT_EQ(one.mean(), 123'456ns);
}

TEST(BenchHistogram, BucketsAreContiguousAndNarrow) {
    const histogram any;
    EXPECT_EQ(any.at(0).from, 0ns);
    for (std::size_t i = 1; i < histogram::bucket_count; ++i) {
        const auto here = any.at(i);
        ASSERT_EQ(here.from, any.at(i - 1).to + 1ns) << i;
        ASSERT_LE(here.to - here.from, here.from / 128) << i;
    }
    EXPECT_GT(any.at(histogram::bucket_count - 1).to, 60s);
}

TEST(BenchHistogram, EveryValueFallsIntoItsBucket) {
    for (auto value = 1ns; value < 78h; value += value / 97 + 1ns) {
        histogram one;
        one.record(value);
        std::size_t hits = 0;
        for (std::size_t i = 0; i < histogram::bucket_count; ++i) {
            const auto here = one.at(i);
            if (here.count == 0) continue;
            ++hits;
            ASSERT_LE(here.from, value);
            ASSERT_GE(here.to, value);
        }
        ASSERT_EQ(hits, 1U) << value.count();
    }
}

TEST(BenchHistogram, PercentilesAreWithinHalfAPercentFromAMicrosecondToThreeDays) {
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> exponent(3, std::log10(3 * 86'400e9));
    std::vector<ns> all;
    histogram counted;
    for (int i = 0; i < 100'000; ++i) {
        all.emplace_back(static_cast<std::int64_t>(std::pow(10, exponent(random))));
        counted.record(all.back());
    }
    std::ranges::sort(all);
    for (const double percent : {0.001, 1.0, 10.0, 50.0, 90.0, 99.0, 99.9, 99.99, 99.999, 100.0}) {
        const auto rank = std::ceil(percent / 100 * static_cast<double>(all.size()));
        const auto truth = all[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
        EXPECT_LE(error_of(counted.percentile(percent), truth), 0.005) << percent;
    }
    EXPECT_EQ(counted.min(), all.front());
    EXPECT_EQ(counted.max(), all.back());
    ns whole{};
    ns rest{};
    for (const auto one : all) {
        whole += one / 100'000;
        rest += one % 100'000;
    }
    EXPECT_EQ(counted.mean(), whole + rest / 100'000);
}

/// 99.9 % of 1,000 are 999, although 99.9 / 100 * 1000 is a little more.
TEST(BenchHistogram, TheRankOfAPercentileIsExact) {
    for (const int thousands : {1, 2, 3, 7, 64}) {
        histogram some;
        for (int i = 0; i < 999 * thousands; ++i)
            some.record(1ms);
        for (int i = 0; i < thousands; ++i)
            some.record(1s);
        EXPECT_LE(error_of(some.percentile(99.9), 1ms), 0.01) << thousands;
        EXPECT_LE(error_of(some.percentile(99.901), 1s), 0.01) << thousands;
    }
}

TEST(BenchHistogram, WhatIsBeyondItsRangeStillCounts) {
    histogram far;
    far.record(100h);
    far.record(-5ns);
    EXPECT_EQ(far.count(), 2U);
    EXPECT_EQ(far.max(), 100h);
    EXPECT_EQ(far.min(), 0ns);
    EXPECT_GT(far.percentile(100), 78h);
}

/// As a million frames a second do that have waited for five hours.
TEST(BenchHistogram, TheMeanIsExactHoweverLargeTheSum) {
    histogram waits;
    waits.record(5h);
    waits.record(5h + 2ns);
    for (int doubled = 0; doubled < 40; ++doubled)
        waits.merge(histogram(waits));
    EXPECT_EQ(waits.mean(), 5h + 1ns);
    histogram read;
    read.restore(5h, waits.count());
    read.restore_extremes(waits.min(), waits.max(), waits.mean());
    EXPECT_EQ(read.mean(), waits.mean());
}

TEST(BenchHistogram, MergingIsRecordingTogether) {
    histogram a;
    histogram b;
    histogram both;
    for (int i = 1; i < 1000; ++i) {
        const ns latency(i * i * 37);
        (i % 3 == 0 ? a : b).record(latency);
        both.record(latency);
    }
    a.merge(b);
    EXPECT_EQ(a, both);
    a.merge(histogram{});
    EXPECT_EQ(a, both);
}

TEST(BenchHistogram, IsRestoredFromItsBuckets) {
    histogram original;
    for (int i = 0; i < 5000; ++i)
        original.record(ns(1000 + i * i));
    histogram copy;
    for (std::size_t i = 0; i < histogram::bucket_count; ++i) {
        const auto bucket = original.at(i);
        if (bucket.count > 0) copy.restore(bucket.from, bucket.count);
    }
    copy.restore_extremes(original.min(), original.max(), original.mean());
    EXPECT_EQ(copy.count(), original.count());
    EXPECT_EQ(copy.min(), original.min());
    EXPECT_EQ(copy.mean(), original.mean());
    for (const double percent : {1.0, 50.0, 99.0, 100.0})
        EXPECT_EQ(copy.percentile(percent), original.percentile(percent));
}

}  // namespace
}  // namespace pulsar::bench::histogram_test
