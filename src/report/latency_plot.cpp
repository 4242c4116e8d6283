#include "latency_plot.hpp"

#include "html_text.hpp"
#include "time_chart.hpp"

#include <algorithm>

namespace pulsar::report {
namespace {

bool has_latency(const interval& of) {
    return of.p50_ms > 0 && of.p99_ms > 0;
}

using piece = std::vector<interval>;

/// The intervals in rows that all have a latency, or none of which has.
std::vector<piece> pieces(const std::vector<interval>& run) {
    std::vector<piece> all;
    for (const auto& one : run) {
        if (all.empty() || has_latency(all.back().back()) != has_latency(one)) all.emplace_back();
        all.back().push_back(one);
    }
    return all;
}

range latencies_of(const std::vector<interval>& run) {
    double lowest = 0;
    double highest = 0;
    for (const auto& one : run) {
        if (!has_latency(one)) continue;
        const auto [less, more] = std::minmax(one.p50_ms, one.p99_ms);
        lowest = lowest > 0 ? std::min(lowest, less) : less;
        highest = std::max(highest, more);
    }
    return latency_range(lowest, highest);
}

void label_ends(chart& into, const std::vector<interval>& run, const chart_axis& y) {
    const auto last = std::find_if(run.rbegin(), run.rend(), has_latency);
    margin_labels(into, {y.at(last->p99_ms), "p99", {}}, {y.at(last->p50_ms), "p50", {}});
}

void label_highest(chart& into, const std::vector<interval>& run, const chart_axis& time,
                   const chart_axis& y) {
    using enum chart::anchor;
    const auto& highest = *std::ranges::max_element(run, {}, &interval::p99_ms);
    const point at{time.at((highest.from_s + highest.to_s) / 2), y.at(highest.p99_ms)};
    const bool at_left = at.x < (into.horizontal().from + into.horizontal().to) / 2;
    into.dot("dot p99", at);
    into.text("value", {at.x, at.y - 8}, at_left ? start : end,
              rounded_text(highest.p99_ms) + " ms");
}

}  // namespace

bool has_latency_plot(const std::vector<interval>& run) {
    return std::ranges::any_of(run, has_latency);
}

bool has_gap(const std::vector<interval>& run) {
    return !std::ranges::all_of(run, has_latency);
}

std::string latency_plot(const std::vector<interval>& run, chart_width as) {
    chart plot("latency-over-time", as, "Latency over time",
               "Median and 99th percentile of each interval. The table beside it has the figures.");
    const auto latencies = latencies_of(run);
    const auto time = time_axis(plot, run);
    const chart_axis y(chart_axis::scale::logarithmic, latencies, plot.vertical());
    const auto all = pieces(run);
    for (const auto& one : all)
        if (!has_latency(one.front())) shade_gap(plot, time, one.front().from_s, one.back().to_s);
    plot.horizontal_grid(y, latency_ticks(latencies, 10));
    time_grid(plot, time, run);
    for (const auto& one : all) {
        if (!has_latency(one.front())) continue;
        plot.line("line p50", stairs(one, &interval::p50_ms, time, y));
        plot.line("line p99", stairs(one, &interval::p99_ms, time, y));
    }
    label_ends(plot, run, y);
    label_highest(plot, run, time, y);
    plot.axis_title("latency, logarithmic");
    return plot.svg();
}

}  // namespace pulsar::report
