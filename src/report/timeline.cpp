#include "timeline.hpp"

#include <algorithm>

namespace pulsar::report {
namespace {

constexpr double shortest_s = 0.1;
constexpr double longest_s = 1e9;

double drawable_ms(double us) {
    constexpr double shortest_us = 0.1;
    constexpr double longest_us = 1e15;
    return us > 0 && us <= longest_us ? std::max(us, shortest_us) / 1000 : 0;
}

double drawable_outage_s(double seconds) {
    return seconds > 0 && seconds <= longest_s ? seconds : 0;
}

void append(interval& to, const interval& next) {
    const double frames =
        to.frames_per_s * (to.to_s - to.from_s) + next.frames_per_s * (next.to_s - next.from_s);
    to.to_s = next.to_s;
    to.frames_per_s = frames / (to.to_s - to.from_s);
    to.lowest = std::min(to.lowest, next.lowest);
    to.highest = std::max(to.highest, next.highest);
    to.p50_ms = std::max(to.p50_ms, next.p50_ms);
    to.p99_ms = std::max(to.p99_ms, next.p99_ms);
    to.disconnects += next.disconnects;
    to.outage_s += next.outage_s;
    to.away = std::max(to.away, next.away);
    to.seconds += next.seconds;
}

}  // namespace

std::vector<interval> timeline(const bench::result& of) {
    std::vector<interval> seconds;
    double from = 0;
    for (const auto& one : of.series) {
        const double length = one.t_s - from;
        const bool counts = length >= shortest_s && one.t_s <= longest_s;
        if (!counts) continue;
        const double rate = static_cast<double>(one.frames) / length;
        const double outage = drawable_outage_s(one.outage_s);
        const double away = std::min(outage / length, static_cast<double>(of.connections));
        seconds.push_back({from, one.t_s, rate, rate, rate, drawable_ms(one.p50_us),
                           drawable_ms(one.p99_us), one.disconnects, outage, away});
        from = one.t_s;
    }
    return seconds;
}

std::vector<interval> shortened(const std::vector<interval>& seconds, std::size_t most) {
    const auto together = (seconds.size() + most - 1) / most;
    std::vector<interval> intervals;
    for (std::size_t i = 0; i < seconds.size(); ++i) {
        if (i % together == 0) {
            intervals.push_back(seconds[i]);
        } else {
            append(intervals.back(), seconds[i]);
        }
    }
    return intervals;
}

}  // namespace pulsar::report
