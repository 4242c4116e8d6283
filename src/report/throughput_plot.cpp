#include "throughput_plot.hpp"

#include "html_text.hpp"
#include "time_chart.hpp"

#include <algorithm>

namespace pulsar::report {
namespace {

constexpr double most_frames_per_s = 9e18;

double mean_of(const bench::result& of) {
    return std::min(of.frames_per_s(), most_frames_per_s);
}

double highest_of(const bench::result& of, const std::vector<interval>& run) {
    double highest = std::max(mean_of(of), static_cast<double>(of.rate.value_or(0)));
    for (const auto& one : run)
        highest = std::max(highest, one.highest);
    return highest;
}

void shade_below(chart& into, std::vector<point> outline) {
    const double bottom = into.vertical().from;
    outline.push_back({outline.back().x, bottom});
    outline.push_back({outline.front().x, bottom});
    into.area("ground", outline);
}

/// Draws nothing where each interval is one second.
void shade_between(chart& into, std::vector<point> outline, const std::vector<point>& below) {
    outline.insert(outline.end(), below.rbegin(), below.rend());
    into.area("band", outline);
}

void references(chart& into, const bench::result& of, const chart_axis& y) {
    const auto across = [&](std::string_view kind, double at) {
        into.line(kind, {{into.horizontal().from, at}, {into.horizontal().to, at}});
    };
    const double mean = mean_of(of);
    const margin_label label{y.at(mean), "mean", amount_text(mean, 0)};
    across("mean", label.y);
    if (!of.rate) {
        margin_labels(into, label);
        return;
    }
    const auto rate = static_cast<double>(*of.rate);
    across("wanted", y.at(rate));
    margin_labels(into, label, {y.at(rate), "wanted", amount_text(rate, 0)});
}

}  // namespace

bool has_outage(const std::vector<interval>& run) {
    return std::ranges::any_of(run, [](const interval& one) { return one.outage_s > 0; });
}

std::string throughput_plot(const bench::result& of, const std::vector<interval>& run,
                            chart_width as) {
    chart plot("throughput", as, "Throughput over time",
               "On average " + amount_text(mean_of(of), 0) +
                   " frames a second. The table beside it has the figures.");
    const auto ticks = amount_ticks(highest_of(of, run), 5);
    const auto time = time_axis(plot, run);
    const chart_axis y(chart_axis::scale::linear, {0, ticks.back().value}, plot.vertical());
    for (const auto& one : run)
        if (one.outage_s > 0) shade_gap(plot, time, one.from_s, one.to_s);
    const auto mean = stairs(run, &interval::frames_per_s, time, y);
    shade_below(plot, mean);
    plot.horizontal_grid(y, ticks);
    time_grid(plot, time, run);
    shade_between(plot, stairs(run, &interval::highest, time, y),
                  stairs(run, &interval::lowest, time, y));
    references(plot, of, y);
    plot.line("line p50", mean);
    plot.axis_title("frames/s");
    return plot.svg();
}

}  // namespace pulsar::report
