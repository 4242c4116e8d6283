#pragma once

#include "pulsar/bench/result.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <optional>
#include <span>
#include <string_view>

/// What can be asked of a result, by the names that conditions and tables have for it.
namespace pulsar::report {

/// None: the run does not have it.
using measure = std::optional<double>;

inline measure latency_ns(const bench::result& run, std::chrono::nanoseconds latency) {
    if (run.latency.count() == 0) return std::nullopt;
    return static_cast<double>(latency.count());
}

inline measure unless_idle(const bench::result& run, double throughput) {
    return run.mode == bench::mode::idle ? measure() : throughput;
}

/// What `pick` says of the interruptions.
measure with_reconnect(const bench::result& run, const auto& pick) {
    return run.reconnect ? measure(static_cast<double>(pick(*run.reconnect))) : measure();
}

struct metric {
    std::string_view name;
    bool is_time;  ///< in nanoseconds, shown in milliseconds
    measure (*of)(const bench::result&);

    /// How much of it is 1 where it is shown.
    constexpr double unit() const { return is_time ? 1e6 : 1; }

    measure shown(const bench::result& run) const {
        const auto value = of(run);
        return value ? measure(*value / unit()) : measure();
    }
};

/// In the order in which they are told.
inline constexpr std::array<metric, 13> metrics{{
    {"min", true, [](const auto& run) { return latency_ns(run, run.latency.min()); }},
    {"p50", true, [](const auto& run) { return latency_ns(run, run.latency.percentile(50)); }},
    {"p90", true, [](const auto& run) { return latency_ns(run, run.latency.percentile(90)); }},
    {"p99", true, [](const auto& run) { return latency_ns(run, run.latency.percentile(99)); }},
    {"p99.9", true, [](const auto& run) { return latency_ns(run, run.latency.percentile(99.9)); }},
    {"p99.99", true,
     [](const auto& run) { return latency_ns(run, run.latency.percentile(99.99)); }},
    {"max", true, [](const auto& run) { return latency_ns(run, run.latency.max()); }},
    {"mean", true, [](const auto& run) { return latency_ns(run, run.latency.mean()); }},
    {"errors", false,
     [](const auto& run) { return measure(static_cast<double>(run.failed_connections())); }},
    {"lost", false, [](const auto& run) { return measure(static_cast<double>(run.lost_frames)); }},
    {"frames/s", false, [](const auto& run) { return unless_idle(run, run.frames_per_s()); }},
    {"MiB/s", false, [](const auto& run) { return unless_idle(run, run.mib_per_s()); }},
    {"outage", true,
     [](const auto& run) {
         return with_reconnect(
             run, [](const auto& were) { return std::round(were.longest_outage_s * 1e9); });
     }},
}};

/// Those of the latencies.
inline constexpr auto latency_metrics = std::span(metrics).first<8>();

/// Only for a name that is there.
consteval const metric& metric_named(std::string_view name) {
    return *std::ranges::find(metrics, name, &metric::name);
}

}  // namespace pulsar::report
