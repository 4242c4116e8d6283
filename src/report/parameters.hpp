#pragma once

#include "layout.hpp"
#include "pulsar/bench/result.hpp"
#include "pulsar/report/format.hpp"

#include <array>
#include <fmt/format.h>
#include <string>
#include <string_view>

/// What a run was asked to do, by the names that a comparison and an error have for it.
namespace pulsar::report {

struct parameter {
    std::string_view name;
    std::string (*text_of)(const bench::result&);  ///< any bytes, where a file has them
    bool is_of_latency = false;  ///< without it equal, latencies mean different things
};

inline std::string duration_text(double seconds) {
    return bounded(seconds, 3) + " s";
}

/// `127.0.0.1,127.0.0.2`.
inline std::string sources_text(const bench::result& run) {
    return run.sources.empty() ? "none" : fmt::format("{}", fmt::join(run.sources, ","));
}

/// In the order in which they are told. Not among them is the duration, which is a result, too.
inline constexpr std::array<parameter, 13> parameters{{
    {"address", [](const auto& run) { return run.address; }},
    {"mode", [](const auto& run) { return std::string(to_string(run.mode)); }, true},
    {"framing", [](const auto& run) { return std::string(to_string(run.framing)); }, true},
    {"connections", [](const auto& run) { return grouped(run.connections); }},
    {"frame size", [](const auto& run) { return to_string(run.frame_size); }, true},
    {"pipeline", [](const auto& run) { return grouped(run.pipeline); }, true},
    {"rate", [](const auto& run) { return run.rate ? grouped(*run.rate) + "/s" : "none"; }},
    {"reconnect", [](const auto& run) { return std::string(run.reconnect ? "yes" : "no"); }, true},
    {"sources", sources_text},
    {"PROXY protocol",
     [](const auto& run) {
         return std::string(run.proxy_protocol ? to_string(*run.proxy_protocol) : "none");
     },
     true},
    {"threads", [](const auto& run) { return grouped(run.threads); }},
    {"ramp", [](const auto& run) { return duration_text(run.ramp_s); }},
    {"warm-up", [](const auto& run) { return duration_text(run.warmup_s); }},
}};

}  // namespace pulsar::report
