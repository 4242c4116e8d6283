#pragma once

#include "chart.hpp"
#include "timeline.hpp"

#include <string>
#include <vector>

/// What the charts over the time of a run have in common. A run has an interval at least.
namespace pulsar::report {

chart_axis time_axis(const chart& of, const std::vector<interval>& run);
void time_grid(chart& into, const chart_axis& time, const std::vector<interval>& run);

/// Shades the ground of an interval that something is missing in.
void shade_gap(chart& into, const chart_axis& time, double from_s, double to_s);

/// A stair for each interval.
std::vector<point> stairs(const std::vector<interval>& run, double interval::*value,
                          const chart_axis& time, const chart_axis& y);

/// Words in the right margin, beside the line that they are about; `value` may be empty.
struct margin_label {
    double y;
    std::string name;
    std::string value;
};

/// Moves them apart where they would overlap.
void margin_labels(chart& into, margin_label one, margin_label other);
void margin_labels(chart& into, const margin_label& only);

}  // namespace pulsar::report
