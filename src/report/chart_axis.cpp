#include "chart_axis.hpp"

#include "html_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

namespace pulsar::report {
namespace {

/// 1, 2, 5, 10, 20 ... for 0, 1, 2, 3, 4 ..., and 0.5, 0.2 ... below.
double round_number(int index) {
    constexpr std::array<double, 3> digits{1, 2, 5};
    const int place = ((index % 3) + 3) % 3;
    return digits.at(static_cast<std::size_t>(place)) * std::pow(10, (index - place) / 3);
}

/// The index of the greatest round number that is not above `value`.
int round_index(double value) {
    int index = 3 * static_cast<int>(std::floor(std::log10(value))) - 1;
    while (round_number(index + 1) <= value)
        ++index;
    return index;
}

/// The least round number that is not below `value`.
int round_index_above(double value) {
    const int index = round_index(value);
    return round_number(index) < value ? index + 1 : index;
}

int decimals_of(double round) {
    return std::max(0, -static_cast<int>(std::floor(std::log10(round) + 1e-9)));
}

double time_step(double seconds, std::size_t most) {
    constexpr std::array<double, 21> steps{0.1,  0.2,  0.5,  1,     2,     5,     10,
                                           20,   30,   60,   120,   300,   600,   1200,
                                           1800, 3600, 7200, 14400, 21600, 43200, 86400};
    for (const double step : steps)
        if (seconds / step <= static_cast<double>(most)) return step;
    return seconds;
}

}  // namespace

chart_axis::chart_axis(scale kind, range values, range pixels)
    : scale_(kind), values_(values), pixels_(pixels) {}

double chart_axis::position(double value) const {
    return scale_ == scale::logarithmic ? std::log10(value) : value;
}

double chart_axis::at(double value) const {
    const double from = position(values_.from);
    const double part = (position(value) - from) / (position(values_.to) - from);
    return pixels_.from + part * (pixels_.to - pixels_.from);
}

std::vector<tick> amount_ticks(double highest, std::size_t most) {
    const double wanted = std::max(highest, 1.0);
    const double step = round_number(round_index_above(wanted / static_cast<double>(most)));
    const int count = static_cast<int>(std::ceil(wanted / step - 1e-9));
    std::vector<tick> ticks;
    for (int i = 0; i <= count; ++i)
        ticks.push_back({i * step, amount_text(i * step, decimals_of(step))});
    return ticks;
}

std::vector<tick> time_ticks(double seconds, std::size_t most) {
    const double step = time_step(seconds, most);
    const int decimals = step < 1 ? 1 : 0;
    std::vector<tick> ticks;
    for (int i = 0; i * step <= seconds; ++i) {
        const double at = i * step;
        ticks.push_back({at, step < 60 ? amount_text(at, decimals) + " s" : clock_text(at)});
    }
    return ticks;
}

std::vector<tick> latency_ticks(range values, std::size_t most) {
    const int first = round_index_above(values.from * (1 - 1e-9));
    const int last = round_index(values.to * (1 + 1e-9));
    int stride = 1;
    while ((last - first) / stride + 1 > static_cast<int>(most))
        stride = stride == 1 ? 3 : stride + 3;
    std::vector<tick> ticks;
    for (int index = first; index <= last; ++index) {
        if (index % stride != 0) continue;
        const double value = round_number(index);
        ticks.push_back({value, amount_text(value, decimals_of(value)) + " ms"});
    }
    return ticks;
}

range latency_range(double lowest, double highest) {
    const int first = round_index(lowest);
    const int last = round_index_above(highest);
    return {round_number(first), round_number(last > first ? last : first + 1)};
}

std::vector<tick> percentile_ticks(double most_nines) {
    std::vector<tick> ticks{{0, "0 %"}, {nines(0.5), "50 %"}};
    std::string label = "90";
    for (int count = 1; count <= most_nines; ++count) {
        if (count == 2) label = "99";
        if (count > 2) label += count == 3 ? ".9" : "9";
        ticks.push_back({static_cast<double>(count), label + " %"});
    }
    return ticks;
}

double nines(double share) {
    return -std::log10(1 - share);
}

}  // namespace pulsar::report
