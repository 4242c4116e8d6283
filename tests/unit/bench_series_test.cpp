#include "pulsar/bench/series.hpp"

#include <gtest/gtest.h>

namespace pulsar::bench::series_test {
namespace {

using namespace std::chrono_literals;

tally of_frames(int count) {
    tally counts;
    for (int i = 0; i < count; ++i)
        counts.latency.record(1ms);
    return counts;
}

TEST(BenchSeries, ASecondHasWhatWasAddedInIt) {
    series run;
    run.add(of_frames(2));
    run.add(of_frames(1));
    EXPECT_FALSE(run.end_second(1));
    EXPECT_TRUE(run.end_second(2));
    run.add(of_frames(4));
    run.end_run(2.5);
    ASSERT_EQ(run.seconds().size(), 3U);
    EXPECT_EQ(run.seconds()[0].frames, 3U);
    EXPECT_EQ(run.seconds()[1].frames, 0U);
    EXPECT_EQ(run.seconds()[2].frames, 4U);
    EXPECT_EQ(run.seconds()[2].t_s, 2.5);
    EXPECT_NEAR(run.seconds()[2].p50_us, 1000, 10);
}

TEST(BenchSeries, AConnectionThatIsMadeAgainIsNoSilence) {
    series run;
    tally counts;
    counts.restored = 1;
    run.add(counts);
    EXPECT_FALSE(run.end_second(1));
}

TEST(BenchSeries, OutagesAreInTheirSecondThoughATallyIsTakenLate) {
    series run;
    tally late;
    late.outages_by_second = {{0, 1s}, {1, 100ms}};
    run.add(late);
    run.end_second(1);
    tally last;
    last.outages_by_second = {{1, 900ms}, {2, 500ms}};
    run.add(last);
    run.end_second(2);
    run.end_run(2.5);
    ASSERT_EQ(run.seconds().size(), 3U);
    EXPECT_EQ(run.seconds()[0].outage_s, 1);
    EXPECT_EQ(run.seconds()[1].outage_s, 1);
    EXPECT_EQ(run.seconds()[2].outage_s, 0.5);
}

TEST(BenchSeries, ARowOfSeveralSecondsHasTheOutagesOfAll) {
    series run;
    tally counts;
    counts.outages_by_second = {{0, 1s}, {1, 1s}, {2, 250ms}};
    run.add(counts);
    run.end_second(2);
    run.end_run(2.25);
    ASSERT_EQ(run.seconds().size(), 2U);
    EXPECT_EQ(run.seconds()[0].outage_s, 2);
    EXPECT_EQ(run.seconds()[1].outage_s, 0.25);
}

TEST(BenchSeries, KnowsWhatItsLastRowCovers) {
    series run;
    run.end_second(1);
    EXPECT_EQ(run.last_length_s(), 1);
    run.end_second(4);
    EXPECT_EQ(run.last_length_s(), 3);
}

TEST(BenchSeries, DoesNotGoBackwardsWhereARunHasEndedBeforeItsLastTick) {
    series run;
    run.add(of_frames(3));
    run.end_second(1);
    run.end_run(0.9995);
    ASSERT_EQ(run.seconds().size(), 1U);
    EXPECT_EQ(run.seconds()[0].t_s, 0.9995);
    EXPECT_EQ(run.seconds()[0].frames, 3U);
}

}  // namespace
}  // namespace pulsar::bench::series_test
