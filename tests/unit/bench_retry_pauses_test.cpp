#include "pulsar/bench/retry_pauses.hpp"

#include <gtest/gtest.h>

namespace pulsar::bench::retry_pauses_test {
namespace {

using namespace std::chrono_literals;

TEST(RetryPauses, GrowFromNoneToASecond) {
    retry_pauses pauses;
    for (const auto pause : {0ms, 10ms, 20ms, 40ms, 80ms, 160ms, 320ms, 640ms, 1000ms, 1000ms})
        EXPECT_EQ(pauses.next(), pause);
}

TEST(RetryPauses, BeginAnew) {
    retry_pauses pauses;
    for (int i = 0; i < 20; ++i)
        pauses.next();
    pauses.begin_anew();
    EXPECT_EQ(pauses.next(), 0ms);
    EXPECT_EQ(pauses.next(), 10ms);
}

}  // namespace
}  // namespace pulsar::bench::retry_pauses_test
