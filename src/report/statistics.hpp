#pragma once

#include "pulsar/bench/histogram.hpp"

#include <array>
#include <string_view>

namespace pulsar::report {

/// What is told of latencies, in the order in which it is shown.
struct statistic {
    std::string_view name;
    bench::histogram::nanoseconds (*of)(const bench::histogram&);
};
inline constexpr std::array<statistic, 8> statistics{
    {{"min", [](const bench::histogram& latency) { return latency.min(); }},
     {"p50", [](const bench::histogram& latency) { return latency.percentile(50); }},
     {"p90", [](const bench::histogram& latency) { return latency.percentile(90); }},
     {"p99", [](const bench::histogram& latency) { return latency.percentile(99); }},
     {"p99.9", [](const bench::histogram& latency) { return latency.percentile(99.9); }},
     {"p99.99", [](const bench::histogram& latency) { return latency.percentile(99.99); }},
     {"max", [](const bench::histogram& latency) { return latency.max(); }},
     {"mean", [](const bench::histogram& latency) { return latency.mean(); }}}};

}  // namespace pulsar::report
