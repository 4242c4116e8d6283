#include "time_chart.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace pulsar::report {
namespace {

constexpr double letters_of_a_time = 6;

double height(const margin_label& of) {
    return of.value.empty() ? line_height : 2 * line_height + 3;
}

/// The y from which on it would stand among the labels of the time.
double lowest(const chart& in, const margin_label& of) {
    return in.vertical().from - (of.value.empty() ? 0 : line_height);
}

}  // namespace

chart_axis time_axis(const chart& of, const std::vector<interval>& run) {
    return {chart_axis::scale::linear, {0, run.back().to_s}, of.horizontal()};
}

void time_grid(chart& into, const chart_axis& time, const std::vector<interval>& run) {
    const auto [left, right] = into.horizontal();
    const double fitting = (right - left) / (letters_of_a_time * into.letter_width());
    into.vertical_grid(time, time_ticks(run.back().to_s, static_cast<std::size_t>(fitting)));
}

void shade_gap(chart& into, const chart_axis& time, double from_s, double to_s) {
    const double from = time.at(from_s);
    const double to = time.at(to_s);
    const auto [bottom, top] = into.vertical();
    into.area("gap", {{from, bottom}, {from, top}, {to, top}, {to, bottom}});
}

std::vector<point> stairs(const std::vector<interval>& run, double interval::*value,
                          const chart_axis& time, const chart_axis& y) {
    std::vector<point> points;
    for (const auto& one : run) {
        points.push_back({time.at(one.from_s), y.at(one.*value)});
        points.push_back({time.at(one.to_s), y.at(one.*value)});
    }
    return points;
}

void margin_labels(chart& into, const margin_label& only) {
    const double x = into.horizontal().to + 10;
    const double y = std::min(only.y, lowest(into, only)) + 4;
    into.text("name", {x, y}, chart::anchor::start, only.name);
    if (only.value.empty()) return;
    into.text("value", {x, y + line_height}, chart::anchor::start, only.value);
}

void margin_labels(chart& into, margin_label one, margin_label other) {
    if (other.y < one.y) std::swap(one, other);
    const double missing = std::max(0.0, height(one) - (other.y - one.y));
    other.y = std::min(other.y + missing / 2, lowest(into, other));
    one.y = std::min(one.y, other.y - height(one));
    margin_labels(into, one);
    margin_labels(into, other);
}

}  // namespace pulsar::report
