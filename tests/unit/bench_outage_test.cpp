#include "pulsar/bench/outage.hpp"

#include <gtest/gtest.h>

namespace pulsar::bench::outage_test {
namespace {

using namespace std::chrono_literals;

/// A run that is measured from 10 s to 20 s.
class BenchOutage : public testing::Test {
  protected:
    using by_second = decltype(tally::outages_by_second);

    static time_point at(clock::duration since_start) { return time_point(100s) + since_start; }

    interruptions counted_of(clock::duration from, clock::duration to) const {
        tally counted;
        outage(at(from)).count(counted, at(to), times_);
        return counted.interrupted;
    }

    static void expect(const interruptions& counted, std::uint64_t outages, double longest,
                       double sum) {
        EXPECT_EQ(counted.outages, outages);
        EXPECT_DOUBLE_EQ(counted.longest_outage_s, longest);
        EXPECT_DOUBLE_EQ(counted.outage_s, sum);
    }

    timetable times_{.start = at(9s), .measured_from = at(10s), .end = at(20s)};
};

TEST_F(BenchOutage, CountsFromItsBeginning) {
    expect(counted_of(11s, 11'250ms), 1, 0.25, 0.25);
}

TEST_F(BenchOutage, CountsWhereItIsMeasured) {
    expect(counted_of(8s, 9s), 0, 0, 0);
    expect(counted_of(8s, 10s), 0, 0, 0);
    expect(counted_of(8s, 11s), 1, 1, 1);
    expect(counted_of(19s, 22s), 1, 1, 1);
    expect(counted_of(20s, 22s), 0, 0, 0);
    expect(counted_of(8s, 22s), 1, 10, 10);
}

TEST_F(BenchOutage, CountsNothingBeforeTheRunHasATimetable) {
    tally counted;
    outage(at(1s)).count(counted, at(2s), timetable());
    expect(counted.interrupted, 0, 0, 0);
}

TEST_F(BenchOutage, OfSeveralSecondsIsCountedOnce) {
    outage one(at(9s));
    tally first;
    one.count(first, at(11s), times_);
    expect(first.interrupted, 1, 1, 1);
    tally second;
    one.count(second, at(12s), times_);
    expect(second.interrupted, 0, 2, 1);
    one.count(second, at(12'500ms), times_);
    expect(second.interrupted, 0, 2.5, 1.5);
    first.interrupted.add(second.interrupted);
    expect(first.interrupted, 1, 2.5, 2.5);
}

TEST_F(BenchOutage, CountsNothingTwiceWhereTheRunEndsEarlier) {
    outage one(at(11s));
    tally counted;
    one.count(counted, at(13s), times_);
    times_.end = at(12s);
    one.count(counted, at(14s), times_);
    expect(counted.interrupted, 1, 2, 2);
}

TEST_F(BenchOutage, IsInEachOfItsSeconds) {
    outage one(at(10'750ms));
    tally counted;
    one.count(counted, at(11s), times_);
    EXPECT_EQ(counted.outages_by_second, (by_second{{0, 250ms}}));
    one.count(counted, at(11'100ms), times_);
    one.count(counted, at(13'500ms), times_);
    EXPECT_EQ(counted.outages_by_second, (by_second{{0, 250ms}, {1, 1s}, {2, 1s}, {3, 500ms}}));
}

}  // namespace
}  // namespace pulsar::bench::outage_test
