#include "page_plots.hpp"

#include "html_text.hpp"
#include "pulsar/report/format.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <utility>

namespace pulsar::report {
namespace {

using form = plot::shape::form;
using place = plot::mark::place;

double drawable_ms(std::chrono::nanoseconds latency) {
    constexpr double shortest = 1e-4;
    return std::max(shortest, bench::to_ms(latency));
}

std::string ms_text(double latency) {
    return rounded_text(latency) + " ms";
}

/// Leaves room for the label of the median below its point.
axis percentile_latencies(const bench::histogram& of) {
    constexpr double height_of_label = 0.19;
    auto made = latency_axis(drawable_ms(of.min()), drawable_ms(of.max()));
    while (made.position(drawable_ms(of.percentile(50))) < height_of_label)
        made = latency_axis(made.values.from * 0.9, made.values.to);
    return made;
}

/// A step for each bucket, from the share of all that is below it.
std::vector<plot::step> buckets_below(const bench::histogram& of, double most_nines) {
    std::vector<plot::step> steps{{0, 0, drawable_ms(of.min()), 0}};
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < bench::histogram::bucket_count; ++i) {
        const auto bucket = of.at(i);
        if (bucket.count == 0) continue;
        below += bucket.count;
        const double to = nines(static_cast<double>(below) / static_cast<double>(of.count()));
        steps.push_back({steps.back().to, std::min(to, most_nines),
                         drawable_ms(std::clamp(bucket.middle(), of.min(), of.max())), 0});
    }
    steps.push_back({most_nines, most_nines, drawable_ms(of.max()), 0});
    return steps;
}

/// A curve that rises leaves room above and to the left of each point. To the left of the median is
/// the axis: its label goes below and to the right.
std::vector<plot::mark> percentile_marks(const bench::histogram& of, double most_nines) {
    struct named {
        double percent;
        const char* name;
        bool crowded;
    };
    constexpr std::array<named, 5> all{{{50, "p50", false},
                                        {90, "p90", true},
                                        {99, "p99", false},
                                        {99.9, "p99.9", true},
                                        {99.99, "p99.99", false}}};
    std::vector<plot::mark> marks;
    for (const auto& [percent, name, crowded] : all) {
        const double at = nines(percent / 100);
        if (at > most_nines) break;
        const double value = drawable_ms(of.percentile(percent));
        marks.push_back({at, value, percent == 50 ? place::below_right : place::above_left, name,
                         ms_text(value), crowded});
    }
    const double max = drawable_ms(of.max());
    marks.push_back({most_nines, max, place::above_left, {}, {}});
    marks.push_back({most_nines, max, place::margin, "max", ms_text(max)});
    return marks;
}

plot over_time(const std::vector<interval>& run, axis y) {
    plot made;
    made.x = time_axis(run.back().to_s);
    made.y = std::move(y);
    return made;
}

std::string only_if_several(const std::vector<interval>& run, std::string_view words) {
    return run.front().seconds > 1 ? std::string(words) : "";
}

plot::shape stairs(form as, std::string_view kind, const std::vector<interval>& run,
                   double interval::*value, double interval::*base = nullptr) {
    plot::shape made{as, kind, {}};
    for (const auto& one : run)
        made.steps.push_back({one.from_s, one.to_s, one.*value, base ? one.*base : 0});
    return made;
}

/// A line over the whole run, and words about it in the margin.
void add_reference(plot& to, std::string_view kind, double value, std::string name) {
    const auto [from, until] = to.x.values;
    to.shapes.push_back({form::line, kind, {{from, until, value, 0}}});
    to.marks.push_back({until, value, place::margin, std::move(name), amount_text(value, 0)});
}

bool has_latency(const interval& of) {
    return of.p50_ms > 0 && of.p99_ms > 0;
}

}  // namespace

std::optional<plot> percentile_plot(const bench::result& of) {
    constexpr std::uint64_t least_count = 10;
    const auto& latency = of.latency;
    if (latency.count() < least_count) return {};
    plot made;
    made.id = "percentiles";
    made.title = "Latency by percentile";
    made.note =
        of.rate ? "Measured from when each frame should have been sent, so a stall of the server "
                  "counts for every frame that was due in it."
                : "Measured from when each frame was sent. Without a rate, a stall of the server "
                  "also delays the frames after it, and their delay does not show here.";
    made.description =
        "Half of the echoes took up to " + ms_text(drawable_ms(latency.percentile(50))) +
        ", 99 % up to " + ms_text(drawable_ms(latency.percentile(99))) + ", the slowest " +
        ms_text(drawable_ms(latency.max())) + ". The table beside it has the figures.";
    made.unit = "latency, logarithmic";
    made.x = percentile_axis(latency.count());
    made.y = percentile_latencies(latency);
    made.shapes.push_back({form::line, "line p99", buckets_below(latency, made.x.values.to)});
    made.marks = percentile_marks(latency, made.x.values.to);
    return made;
}

std::optional<plot> outage_plot(const bench::result& of, const std::vector<interval>& run) {
    const double most = std::ranges::max(run, {}, &interval::away).away;
    if (!of.reconnect || most == 0) return {};
    auto made = over_time(run, amount_axis(most));
    made.id = "outages";
    made.title = "Outages over time";
    made.note = "How many connections were in an outage, on average over each second" +
                only_if_several(run, "; each step is the highest of several") +
                ". A dot marks where connections ended.";
    made.description = "At most " + rounded_text(most) +
                       " connections were in an outage at a time. The table beside it has the "
                       "figures.";
    made.unit = "connections in an outage";
    made.shapes = {stairs(form::area, "away", run, &interval::away)};
    const auto all = static_cast<double>(of.connections);
    if (all <= made.y.values.to) add_reference(made, "all", all, "all");
    made.shapes.push_back(stairs(form::line, "line p99", run, &interval::away));
    for (const auto& one : run) {
        if (one.disconnects == 0) continue;
        made.marks.push_back({(one.from_s + one.to_s) / 2, one.away, place::above_right, {}, {}});
    }
    return made;
}

std::optional<plot> throughput_plot(const bench::result& of, const std::vector<interval>& run) {
    constexpr double most_frames_per_s = 9e18;
    if (of.frames == 0) return {};
    const double mean = std::min(of.frames_per_s(), most_frames_per_s);
    const double wanted = static_cast<double>(of.rate.value_or(0));
    const double highest = std::ranges::max(run, {}, &interval::highest).highest;
    auto made = over_time(run, amount_axis(std::max({mean, wanted, highest})));
    made.id = "throughput";
    made.title = "Throughput over time";
    made.note = only_if_several(run,
                                "Each step is the mean of several seconds; the band goes from the "
                                "lowest to the highest of them.");
    made.description = "On average " + amount_text(mean, 0) +
                       " frames a second. The table beside it has the figures.";
    made.unit = "frames/s";
    made.shapes = {
        stairs(form::area, "ground", run, &interval::frames_per_s),
        stairs(form::area, "band", run, &interval::highest, &interval::lowest),
    };
    add_reference(made, "mean", mean, "mean");
    if (of.rate) add_reference(made, "wanted", wanted, "wanted");
    made.shapes.push_back(stairs(form::line, "line p50", run, &interval::frames_per_s));
    return made;
}

std::optional<plot> latency_plot(const std::vector<interval>& run) {
    std::vector<interval> echoes;
    std::ranges::copy_if(run, std::back_inserter(echoes), has_latency);
    if (echoes.empty()) return {};
    double lowest = echoes.front().p50_ms;
    for (const auto& one : echoes)
        lowest = std::min({lowest, one.p50_ms, one.p99_ms});
    const auto slowest = std::ranges::max(echoes, {}, &interval::p99_ms);
    const double p50 = std::ranges::max(echoes, {}, &interval::p50_ms).p50_ms;
    auto made = over_time(run, latency_axis(lowest, std::max(p50, slowest.p99_ms)));
    made.id = "latency-over-time";
    made.title = "Latency over time";
    made.note = only_if_several(run, "Each step is the highest of several seconds. ");
    if (echoes.size() < run.size()) made.note += "On shaded ground no echo came.";
    made.description =
        "Median and 99th percentile of each interval. The table beside it has the figures.";
    made.unit = "latency, logarithmic";
    plot::shape gaps{form::area, "gap", {}};
    for (const auto& one : run) {
        if (has_latency(one)) continue;
        gaps.steps.push_back({one.from_s, one.to_s, made.y.values.to, made.y.values.from});
    }
    made.shapes = {std::move(gaps), stairs(form::line, "line p50", echoes, &interval::p50_ms),
                   stairs(form::line, "line p99", echoes, &interval::p99_ms)};
    const double middle = (slowest.from_s + slowest.to_s) / 2;
    made.marks = {{middle,
                   slowest.p99_ms,
                   middle < run.back().to_s / 2 ? place::above_right : place::above_left,
                   {},
                   ms_text(slowest.p99_ms)},
                  {0, echoes.back().p99_ms, place::margin, "p99", {}},
                  {0, echoes.back().p50_ms, place::margin, "p50", {}}};
    return made;
}

}  // namespace pulsar::report
