#include "percentile_plot.hpp"

#include "html_text.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace pulsar::report {
namespace {

constexpr std::uint64_t least_count = 10;
constexpr double shortest_ms = 1e-4;
constexpr double height_of_label = 0.19;

struct named_percentile {
    double percent;
    const char* name;
    bool crowded;  ///< too close to its neighbours for a label in a narrow chart
};
constexpr std::array<named_percentile, 5> named{{{50, "p50", false},
                                                 {90, "p90", true},
                                                 {99, "p99", false},
                                                 {99.9, "p99.9", true},
                                                 {99.99, "p99.99", false}}};

double ms(std::chrono::nanoseconds latency) {
    return std::max(shortest_ms, std::chrono::duration<double, std::milli>(latency).count());
}

struct axes {
    double most_nines;
    range latencies;
    chart_axis x;
    chart_axis y;
};

/// Where it is between the bottom, 0, and the top, 1.
double height_of(double latency, range in) {
    return std::log(latency / in.from) / std::log(in.to / in.from);
}

/// Leaves room for the label of the median below its point.
axes axes_of(const bench::histogram& of, const chart& into) {
    using enum chart_axis::scale;
    const double most = std::log10(static_cast<double>(of.count()));
    auto latencies = latency_range(ms(of.min()), ms(of.max()));
    while (height_of(ms(of.percentile(50)), latencies) < height_of_label)
        latencies = latency_range(latencies.from * 0.9, latencies.to);
    return {most,
            latencies,
            {linear, {0, most}, into.horizontal()},
            {logarithmic, latencies, into.vertical()}};
}

/// A stair for each bucket, from the share of all that is below it. Those that nobody could see are
/// left out.
std::vector<point> curve(const bench::histogram& of, const axes& on) {
    constexpr double visible = 0.5;
    std::vector<point> points{{on.x.at(0), on.y.at(ms(of.min()))}};
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < bench::histogram::bucket_count; ++i) {
        const auto bucket = of.at(i);
        if (bucket.count == 0) continue;
        const auto middle = bucket.from + (bucket.to - bucket.from) / 2;
        const double share = static_cast<double>(below) / static_cast<double>(of.count());
        const point next{on.x.at(nines(share)),
                         on.y.at(ms(std::clamp(middle, of.min(), of.max())))};
        below += bucket.count;
        const auto last = points.back();
        if (std::abs(next.x - last.x) + std::abs(next.y - last.y) < visible) continue;
        points.push_back({next.x, last.y});
        points.push_back(next);
    }
    const double right = on.x.at(on.most_nines);
    points.push_back({right, points.back().y});
    points.push_back({right, on.y.at(ms(of.max()))});
    return points;
}

/// Above and to the left of its point, or below and to the right: a curve that rises is in neither.
void label(chart& into, point at, std::string_view name, const std::string& value, bool below) {
    const auto where = below ? chart::anchor::start : chart::anchor::end;
    const double x = at.x + (below ? 6 : -6);
    const double baseline = at.y + (below ? 33 : -8);
    into.text("name", {x, baseline - line_height}, where, name);
    into.text("value", {x, baseline}, where, value);
}

void label_maximum(chart& into, const bench::histogram& of, const axes& on) {
    const point at{into.horizontal().to, on.y.at(ms(of.max()))};
    const double x = at.x + 10;
    into.dot("dot p99", at);
    into.text("name", {x, at.y - 2}, chart::anchor::start, "max");
    into.text("value", {x, at.y - 2 + line_height}, chart::anchor::start,
              rounded_text(ms(of.max())) + " ms");
}

/// To the left of the median is the axis: its label goes below.
void label_points(chart& into, const bench::histogram& of, const axes& on) {
    const bool wide = into.width() == chart_width::wide;
    for (const auto& [percent, name, crowded] : named) {
        const double at_nines = nines(percent / 100);
        if (at_nines > on.most_nines) break;
        const double value = ms(of.percentile(percent));
        const point at{on.x.at(at_nines), on.y.at(value)};
        into.dot("dot p99", at);
        if (wide || !crowded) label(into, at, name, rounded_text(value) + " ms", percent == 50);
    }
    label_maximum(into, of, on);
}

std::string description(const bench::histogram& of) {
    return "Half of the echoes took up to " + rounded_text(ms(of.percentile(50))) +
           " ms, 99 % up to " + rounded_text(ms(of.percentile(99))) + " ms, the slowest " +
           rounded_text(ms(of.max())) + " ms. The table beside it has the figures.";
}

}  // namespace

bool has_percentile_plot(const bench::histogram& of) {
    return of.count() >= least_count;
}

std::string percentile_plot(const bench::histogram& of, chart_width as) {
    chart plot("percentiles", as, "Latency by percentile", description(of));
    const auto on = axes_of(of, plot);
    plot.horizontal_grid(on.y, latency_ticks(on.latencies, 10));
    plot.vertical_grid(on.x, percentile_ticks(on.most_nines));
    plot.axis_title("latency, logarithmic");
    plot.line("line p99", curve(of, on));
    label_points(plot, of, on);
    return plot.svg();
}

}  // namespace pulsar::report
