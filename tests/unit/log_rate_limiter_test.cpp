#include "pulsar/log/rate_limiter.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace pulsar::log::rate_limiter_test {
namespace {

using namespace std::chrono_literals;
using time_point = rate_limiter::clock::time_point;

constexpr time_point start{1h};

TEST(LogRateLimiter, TheFirstEventPasses) {
    rate_limiter limiter(1s);
    EXPECT_EQ(limiter.admit(start), 1u);
    EXPECT_EQ(limiter.due(), std::nullopt);
}

TEST(LogRateLimiter, EventsWithinTheWindowAreWithheld) {
    rate_limiter limiter(1s);
    limiter.admit(start);
    EXPECT_EQ(limiter.admit(start), 0u);
    EXPECT_EQ(limiter.admit(start + 999ms), 0u);
    EXPECT_EQ(limiter.due(), start + 1s);
}

TEST(LogRateLimiter, TheNextLineStandsForTheWithheldOnes) {
    rate_limiter limiter(1s);
    limiter.admit(start);
    limiter.admit(start + 1ms);
    limiter.admit(start + 2ms);
    EXPECT_EQ(limiter.admit(start + 1s), 3u);
    EXPECT_EQ(limiter.due(), std::nullopt);
    EXPECT_EQ(limiter.admit(start + 1999ms), 0u);
    EXPECT_EQ(limiter.admit(start + 2s), 2u);
}

TEST(LogRateLimiter, ReleaseWaitsForTheEndOfTheWindowAndOpensTheNext) {
    rate_limiter limiter(1s);
    limiter.admit(start);
    limiter.admit(start + 1ms);
    limiter.admit(start + 2ms);
    EXPECT_EQ(limiter.release(start + 999ms), 0u);
    EXPECT_EQ(limiter.release(start + 1s), 2u);
    EXPECT_EQ(limiter.release(start + 5s), 0u);
    EXPECT_EQ(limiter.admit(start + 1999ms), 0u);
    EXPECT_EQ(limiter.due(), start + 2s);
}

TEST(LogRateLimiter, ReleaseOfNothingOpensNoWindow) {
    rate_limiter limiter(1s);
    EXPECT_EQ(limiter.release(start), 0u);
    EXPECT_EQ(limiter.flush(start), 0u);
    EXPECT_EQ(limiter.admit(start), 1u);
}

TEST(LogRateLimiter, FlushDoesNotWait) {
    rate_limiter limiter(1s);
    limiter.admit(start);
    limiter.admit(start + 1ms);
    EXPECT_EQ(limiter.flush(start + 2ms), 1u);
    EXPECT_EQ(limiter.due(), std::nullopt);
    EXPECT_EQ(limiter.admit(start + 1001ms), 0u);
}

TEST(LogRateLimiter, LinesStandForEveryEventOnce) {
    rate_limiter limiter(1s);
    constexpr std::uint64_t events = 10'000;
    std::uint64_t told = 0;
    unsigned lines = 0;
    auto now = start;
    for (std::uint64_t i = 0; i < events; ++i, now += 7ms) {
        const auto stands_for =
            i % 3 ? limiter.admit(now) : limiter.admit(now) + limiter.release(now);
        told += stands_for;
        lines += stands_for > 0;
    }
    told += limiter.flush(now);
    EXPECT_EQ(told, events);
    EXPECT_LE(lines, (now - start) / 1s + 1);
}

}  // namespace
}  // namespace pulsar::log::rate_limiter_test
