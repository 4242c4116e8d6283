#include "pulsar/bench/schedule.hpp"

#include <gtest/gtest.h>

#include <string>
#include <tuple>

namespace pulsar::bench::schedule_test {
namespace {

using namespace std::chrono_literals;

TEST(BenchSchedule, SpreadsFramesEvenlyAndInTurn) {
    const schedule two(1000, 2);
    EXPECT_EQ(two.due(0, 0), 0ns);
    EXPECT_EQ(two.due(1, 0), 1ms);
    EXPECT_EQ(two.due(0, 1), 2ms);
    EXPECT_EQ(two.due(1, 1), 3ms);
}

TEST(BenchSchedule, HasTheRateAskedForOverADay) {
    for (const std::uint64_t rate : {1ULL, 3ULL, 999'999'937ULL, 1'000'000'000ULL}) {
        const schedule day(rate, 7);
        const auto number = rate * 86'400;
        EXPECT_EQ(day.due(number % 7, number / 7), 24h) << rate;
        EXPECT_EQ(day.count(24h), number + 1) << rate;
    }
}

TEST(BenchSchedule, NothingIsDueBeforeTheStart) {
    const schedule one(1000, 1);
    EXPECT_EQ(one.count(-1ns), 0U);
    EXPECT_EQ(one.count(0, -5s), 0U);
    EXPECT_EQ(one.count(0ns), 1U);
}

class BenchScheduleCounts
    : public testing::TestWithParam<std::tuple<std::uint64_t, std::uint64_t>> {};

TEST_P(BenchScheduleCounts, AgreesWithDueTimes) {
    const auto [rate, connections] = GetParam();
    const schedule all(rate, connections);
    for (std::uint64_t frame = 0; frame < 50; ++frame) {
        for (std::uint64_t connection = 0; connection < connections; connection += 1 + frame % 3) {
            const auto at = all.due(connection, frame);
            ASSERT_GT(all.count(connection, at), frame) << at.count();
            if (rate == 1'000'000'000) continue;  // less than a nanosecond apart
            ASSERT_LE(all.count(connection, at - 1ns), frame) << at.count();
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Rates, BenchScheduleCounts,
                         testing::Combine(testing::Values(1, 7, 1000, 333'333, 1'000'000'000),
                                          testing::Values(1, 2, 3, 50)),
                         [](const auto& counts) {
                             return "Rate" + std::to_string(std::get<0>(counts.param)) + "On" +
                                    std::to_string(std::get<1>(counts.param));
                         });

TEST(BenchSchedule, ConnectionsAddUpToAll) {
    const schedule all(12'345, 50);
    for (auto elapsed = 0ns; elapsed < 1s; elapsed += 7'654'321ns) {
        std::uint64_t sum = 0;
        for (std::uint64_t c = 0; c < 50; ++c)
            sum += all.count(c, elapsed);
        ASSERT_EQ(sum, all.count(elapsed));
    }
}

}  // namespace
}  // namespace pulsar::bench::schedule_test
