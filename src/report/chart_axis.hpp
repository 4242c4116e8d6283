#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace pulsar::report {

struct range {
    double from;
    double to;
};

struct tick {
    double value;
    std::string label;
};

/// Maps values to pixels.
class chart_axis {
  public:
    enum class scale { linear, logarithmic };

    /// `values` ascend, and are above zero for a logarithm; `pixels` may descend.
    chart_axis(scale kind, range values, range pixels);

    double at(double value) const;

  private:
    double position(double value) const;

    scale scale_;
    range values_;
    range pixels_;
};

/// From 0 to the first round number that is not below `highest`.
std::vector<tick> amount_ticks(double highest, std::size_t most);

/// Seconds, as a clock shows them where a minute or more is between two ticks.
std::vector<tick> time_ticks(double seconds, std::size_t most);

/// Milliseconds: 1, 2 and 5 of each decade in `values`, or whole decades if these are too many.
std::vector<tick> latency_ticks(range values, std::size_t most);

/// The least range between 1, 2 and 5 of a decade around `lowest` and `highest`, in ms, that is
/// not empty.
range latency_range(double lowest, double highest);

/// 0 %, 50 %, 90 %, 99 % and so on, by what `nines()` tells of them, up to `most_nines`.
std::vector<tick> percentile_ticks(double most_nines);

/// How many nines a share has: 0 for 0, 1 for 0.9, 2 for 0.99. Below 1.
double nines(double share);

}  // namespace pulsar::report
