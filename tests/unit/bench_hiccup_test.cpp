#include "pulsar/bench/hiccup.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace pulsar::bench::hiccup_test {
namespace {

using namespace std::chrono_literals;

constexpr hiccup::time_point at(std::chrono::milliseconds time) {
    return hiccup::time_point(time);
}

TEST(BenchHiccup, HoldsUpWhatIsDueInIt) {
    hiccup of;
    EXPECT_EQ(of.delay(at(5ms)), 0ms);
    of.note(at(10ms), at(30ms));
    EXPECT_EQ(of.delay(at(9ms)), 0ms);
    EXPECT_EQ(of.delay(at(10ms)), 20ms);
    EXPECT_EQ(of.delay(at(29ms)), 1ms);
    EXPECT_EQ(of.delay(at(30ms)), 0ms);
}

TEST(BenchHiccup, OutlastsShorterOnesForAsLongAsItWas) {
    hiccup of;
    of.note(at(10ms), at(30ms));
    of.note(at(48ms), at(49ms));
    EXPECT_EQ(of.delay(at(20ms)), 10ms);
    of.note(at(49ms), at(50ms));
    EXPECT_EQ(of.delay(at(20ms)), 0ms);
    EXPECT_EQ(of.delay(at(49ms)), 1ms);
}

TEST(BenchHiccup, IsNoneWhereTheThreadWakesInTime) {
    hiccup of;
    of.note(at(10ms), at(30ms));
    of.note(at(1000ms), at(60ms));
    EXPECT_EQ(of.delay(at(20ms)), 10ms);
}

TEST(BenchHiccup, GivesWayToALongerOneAtOnce) {
    hiccup of;
    of.note(at(10ms), at(30ms));
    of.note(at(31ms), at(52ms));
    EXPECT_EQ(of.delay(at(20ms)), 0ms);
    EXPECT_EQ(of.delay(at(32ms)), 20ms);
}

}  // namespace
}  // namespace pulsar::bench::hiccup_test
