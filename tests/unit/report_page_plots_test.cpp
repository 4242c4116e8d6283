#include "pulsar/bench/result.hpp"
#include "report/page_plots.hpp"
#include "report/timeline.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <vector>

namespace pulsar::report::page_plots_test {
namespace {

using namespace std::chrono_literals;

/// Of 20 connections, 8 were away for the third second, and 2 for half of the fourth.
bench::result interrupted_run() {
    bench::result run;
    run.connections = 20;
    run.duration_s = 5;
    run.frames = 500;
    run.reconnect.emplace();
    run.series = {{1, 100, 200, 300},
                  {2, 100, 200, 300},
                  {3, 100, 200, 300, 8, 8},
                  {4, 100, 200, 300, 2, 1},
                  {5, 100, 200, 300}};
    return run;
}

const plot::shape& shape_of(const plot& in, std::string_view kind) {
    return *std::ranges::find(in.shapes, kind, &plot::shape::kind);
}

std::vector<double> heights_of(const plot::shape& of) {
    std::vector<double> heights;
    for (const auto& step : of.steps)
        heights.push_back(step.value);
    return heights;
}

TEST(OutagePlot, ShowsNoMoreConnectionsThanThereAre) {
    auto run = interrupted_run();
    run.series[2].outage_s = 20.06;
    const auto drawn = outage_plot(run, timeline(run));
    ASSERT_TRUE(drawn);
    EXPECT_EQ(heights_of(shape_of(*drawn, "away")), (std::vector<double>{0, 0, 20, 1, 0}));
}

TEST(OutagePlot, ShowsHowManyConnectionsWereAway) {
    const auto run = interrupted_run();
    const auto drawn = outage_plot(run, timeline(run));
    ASSERT_TRUE(drawn);
    EXPECT_EQ(heights_of(shape_of(*drawn, "line p99")), (std::vector<double>{0, 0, 8, 1, 0}));
    EXPECT_EQ(heights_of(shape_of(*drawn, "away")), (std::vector<double>{0, 0, 8, 1, 0}));
    ASSERT_EQ(drawn->marks.size(), 2U) << "where connections ended";
    EXPECT_EQ(drawn->marks[0].x, 2.5);
    EXPECT_EQ(drawn->marks[0].y, 8);
    EXPECT_EQ(drawn->marks[1].x, 3.5);
    EXPECT_EQ(drawn->marks[1].y, 1);
}

TEST(OutagePlot, ShowsAllConnectionsWhereTheyAreInSight) {
    auto run = interrupted_run();
    run.series[2].outage_s = 19;
    const auto drawn = outage_plot(run, timeline(run));
    ASSERT_TRUE(drawn);
    EXPECT_EQ(shape_of(*drawn, "all").steps.front().value, 20);
    EXPECT_EQ(drawn->marks.front().name, "all");
}

TEST(OutagePlot, CountsByTheLengthOfASecond) {
    auto run = interrupted_run();
    run.series.push_back({5.5, 100, 200, 300, 0, 5});
    const auto drawn = outage_plot(run, timeline(run));
    ASSERT_TRUE(drawn);
    EXPECT_EQ(heights_of(shape_of(*drawn, "away")).back(), 10);
}

TEST(OutagePlot, KeepsTheWorstOfSeveralSeconds) {
    const auto run = interrupted_run();
    const auto drawn = outage_plot(run, shortened(timeline(run), 2));
    ASSERT_TRUE(drawn);
    EXPECT_EQ(heights_of(shape_of(*drawn, "away")), (std::vector<double>{8, 1}));
    EXPECT_NE(drawn->note.find("the highest of several"), drawn->note.npos);
}

TEST(OutagePlot, NeedsAnOutage) {
    auto run = interrupted_run();
    run.series[2].outage_s = run.series[3].outage_s = 0;
    EXPECT_FALSE(outage_plot(run, timeline(run)));
    run = interrupted_run();
    run.reconnect.reset();
    EXPECT_FALSE(outage_plot(run, timeline(run)));
}

TEST(ThroughputPlot, ShowsMeanRateAndSpread) {
    auto run = interrupted_run();
    run.rate = 200;
    run.series[1].frames = 40;
    const auto drawn = throughput_plot(run, shortened(timeline(run), 3));
    ASSERT_TRUE(drawn);
    EXPECT_EQ(heights_of(shape_of(*drawn, "line p50")), (std::vector<double>{70, 100, 100}));
    EXPECT_EQ(shape_of(*drawn, "band").steps.front().base, 40);
    EXPECT_EQ(shape_of(*drawn, "band").steps.front().value, 100);
    EXPECT_EQ(shape_of(*drawn, "mean").steps.front().value, 100);
    EXPECT_EQ(shape_of(*drawn, "wanted").steps.front().value, 200);
    EXPECT_EQ(drawn->y.values.to, 200);
}

TEST(LatencyPlot, HasAGapWhereNoEchoCame) {
    auto run = interrupted_run();
    run.series[1] = {2, 0, 0, 0};
    run.series[3].p99_us = 5000;
    const auto drawn = latency_plot(timeline(run));
    ASSERT_TRUE(drawn);
    const auto& gaps = shape_of(*drawn, "gap").steps;
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps.front().from, 1);
    EXPECT_EQ(gaps.front().to, 2);
    EXPECT_EQ(heights_of(shape_of(*drawn, "line p99")), (std::vector<double>{.3, .3, 5, .3}));
    EXPECT_EQ(drawn->marks.front().x, 3.5);
    EXPECT_EQ(drawn->marks.front().value, "5.00 ms");
}

TEST(LatencyPlot, LeavesOutEverySecondTimeInANarrowDrawing) {
    bench::result run;
    for (int t = 1; t <= 16; ++t)
        run.series.push_back({static_cast<double>(t), 100, 200, 300});
    const auto figure = figure_element(*latency_plot(timeline(run)));
    for (const auto* part : {">0 s<", ">4 s<", ">8 s<", ">12 s<", ">16 s<"})
        EXPECT_EQ(test::occurrences(figure, part), 2U) << part;
    for (const auto* part : {">2 s<", ">6 s<", ">10 s<", ">14 s<"})
        EXPECT_EQ(test::occurrences(figure, part), 1U) << part;
}

TEST(LatencyPlot, NeedsAnEcho) {
    bench::result silent;
    silent.series = {{1, 0, 0, 0}, {2, 0, 0, 0}};
    EXPECT_FALSE(latency_plot(shortened(timeline(silent), 2)));
}

TEST(PercentilePlot, RisesFromTheLeastToTheMost) {
    bench::result run;
    for (int i = 1; i <= 1000; ++i)
        run.latency.record(i * 10us);
    const auto drawn = percentile_plot(run);
    ASSERT_TRUE(drawn);
    const auto& steps = drawn->shapes.front().steps;
    EXPECT_EQ(steps.front().value, .01);
    EXPECT_EQ(steps.back().value, 10);
    EXPECT_DOUBLE_EQ(steps.back().to, 3) << "1,000 values have three nines";
    EXPECT_TRUE(std::ranges::is_sorted(steps, {}, &plot::step::value));
    EXPECT_TRUE(std::ranges::is_sorted(steps, {}, &plot::step::from));
    EXPECT_TRUE(std::ranges::is_sorted(steps, {}, &plot::step::to));
    run.latency = {};
    EXPECT_FALSE(percentile_plot(run));
}

TEST(Figure, HasADrawingForWideWindowsAndOneForNarrowOnes) {
    const plot drawn{.id = "id",
                     .title = "Title",
                     .note = {},
                     .description = "Description.",
                     .unit = "things",
                     .x = {.values = {0, 10}, .ticks = {{0, "0"}, {10, "10"}}},
                     .y = {.values = {0, 5}, .ticks = {{5, "5"}}},
                     .shapes = {{plot::shape::form::area,
                                 "kind",
                                 {{0, 5, 5, 0}, {5, 6, 2.5, 0}, {8, 10, 5, 2.5}}},
                                {plot::shape::form::line, "none", {}}},
                     .marks = {}};
    const auto figure = figure_element(drawn);
    EXPECT_NE(figure.find("<path class=\"kind\" d=\"M72 42H412V170H480V298H72Z"
                          "M616 42H752V170H616Z\"/>"),
              figure.npos)
        << figure;
    EXPECT_NE(figure.find("<path class=\"kind\" d=\"M62 42H192V150H218V258H62Z"
                          "M270 42H322V150H270Z\"/>"),
              figure.npos)
        << figure;
    for (const auto* part : {"aria-labelledby=\"id-wide-title id-wide-desc\"",
                             "<title id=\"id-narrow-title\">Title</title>",
                             "<desc id=\"id-narrow-desc\">Description.</desc>", ">things</text>"})
        EXPECT_NE(figure.find(part), figure.npos) << part;
    EXPECT_EQ(figure.find("none"), figure.npos) << "a shape of nothing";
}

}  // namespace
}  // namespace pulsar::report::page_plots_test
