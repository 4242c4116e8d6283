#include "axis.hpp"

#include "html_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

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

/// The index of the least round number that is not below `value`.
int round_index_above(double value) {
    const int index = round_index(value);
    return round_number(index) < value ? index + 1 : index;
}

int decimals_of(double round) {
    return std::max(0, -static_cast<int>(std::floor(std::log10(round) + 1e-9)));
}

double time_step(double seconds) {
    constexpr double most = 10;
    constexpr std::array<double, 21> steps{0.1,  0.2,  0.5,  1,     2,     5,     10,
                                           20,   30,   60,   120,   300,   600,   1200,
                                           1800, 3600, 7200, 14400, 21600, 43200, 86400};
    for (const double step : steps)
        if (seconds / step <= most) return step;
    return seconds;
}

}  // namespace

double axis::position(double value) const {
    const auto along = [this](double of) { return logarithmic ? std::log10(of) : of; };
    const double from = along(values.from);
    return std::clamp((along(value) - from) / (along(values.to) - from), 0.0, 1.0);
}

axis amount_axis(double highest) {
    constexpr double most = 5;
    const double wanted = std::max(highest, 1.0);
    const double step = round_number(round_index_above(wanted / most));
    const int count = static_cast<int>(std::ceil(wanted / step - 1e-9));
    axis made{false, {0, count * step}, {}};
    for (int i = 0; i <= count; ++i)
        made.ticks.push_back({i * step, amount_text(i * step, decimals_of(step))});
    return made;
}

axis time_axis(double seconds) {
    constexpr double most_narrow = 5;
    const double step = time_step(seconds);
    const bool crowded = seconds / step > most_narrow;
    axis made{false, {0, seconds}, {}};
    for (int i = 0; i * step <= seconds; ++i) {
        const double at = i * step;
        made.ticks.push_back(
            {at, step < 60 ? amount_text(at, decimals_of(step)) + " s" : clock_text(at),
             crowded && i % 2 == 1});
    }
    return made;
}

axis latency_axis(double lowest, double highest) {
    constexpr int most = 10;
    const int first = round_index(lowest);
    const int last = std::max(first + 1, round_index_above(highest));
    int stride = 1;
    while ((last - first) / stride + 1 > most)
        stride = stride == 1 ? 3 : stride + 3;
    axis made{true, {round_number(first), round_number(last)}, {}};
    for (int index = first; index <= last; ++index) {
        if (index % stride != 0) continue;
        const double value = round_number(index);
        made.ticks.push_back({value, amount_text(value, decimals_of(value)) + " ms"});
    }
    return made;
}

axis percentile_axis(std::uint64_t count) {
    const double most = std::log10(static_cast<double>(count));
    axis made{false, {0, most}, {{0, "0 %"}, {nines(0.5), "50 %"}}};
    std::string label = "90";
    for (int nine = 1; nine <= most; ++nine) {
        if (nine == 2) label = "99";
        if (nine > 2) label += nine == 3 ? ".9" : "9";
        made.ticks.push_back({static_cast<double>(nine), label + " %"});
    }
    return made;
}

double nines(double share) {
    return -std::log10(1 - share);
}

}  // namespace pulsar::report
