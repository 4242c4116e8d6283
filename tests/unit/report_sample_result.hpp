#pragma once

#include "pulsar/bench/result.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

namespace pulsar::bench {

/// Four frames of 100, 200, 300 and 1000 us in a run of two seconds, with something in every field.
inline result sample_result() {
    using namespace std::chrono_literals;
    result sample{.address = "127.0.0.1:8080",
                  .mode = mode::echo,
                  .framing = framing::none,
                  .connections = 50,
                  .pipeline = 4,
                  .frame_size = {.least = 64, .most = 1024},
                  .rate = 1000,
                  .threads = 2,
                  .sources = {"127.0.0.2", "::1"},
                  .proxy_protocol = protocol::proxy_header::version::v2,
                  .ramp_s = 0.25,
                  .warmup_s = 0.5,
                  .duration_s = 2,
                  .frames = 4,
                  .payload_bytes = 4 << 20,
                  .lost_frames = 7,
                  .unsent_frames = 8,
                  .heartbeats = 12,
                  .failures = {},
                  .reconnect = interruptions{.disconnects = {0, 2, 3, 0, 0, 1},
                                             .resent_frames = 9,
                                             .outages = 5,
                                             .longest_outage_s = 0.25,
                                             .outage_s = 0.75},
                  .series = {{.t_s = 1,
                              .frames = 3,
                              .p50_us = 200.5,
                              .p99_us = 300,
                              .disconnects = 6,
                              .outage_s = 0.625},
                             {.t_s = 2.000000001,
                              .frames = 1,
                              .p50_us = 1000,
                              .p99_us = 1000,
                              .disconnects = 0,
                              .outage_s = 0.125}},
                  .latency = {},
                  .busiest_thread = 0.875,
                  .send_lag = send_lag{.p50_us = 5.5, .p99_us = 1500, .max_us = 2000.001}};
    for (std::size_t i = 0; i < sample.failures.size(); ++i)
        sample.failures.at(i).connections = i + 1;
    for (const auto latency : {100us, 200us, 300us, 1000us})
        sample.latency.record(latency);
    return sample;
}

/// A run without errors, warm-up and flags that make it another load, of 64 byte frames.
inline result plain_result() {
    auto plain = sample_result();
    plain.failures = {};
    plain.lost_frames = plain.unsent_frames = 0;
    plain.frame_size = {};
    plain.framing = framing::length;
    plain.rate.reset();
    plain.send_lag.reset();
    plain.busiest_thread = 0;
    plain.sources.clear();
    plain.proxy_protocol.reset();
    plain.ramp_s = plain.warmup_s = 0;
    plain.reconnect.reset();
    for (auto& each : plain.series) {
        each.disconnects = 0;
        each.outage_s = 0;
    }
    return plain;
}

inline std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

/// What is wrong with `text` for a screen of 100 columns; empty if nothing.
inline std::string layout_fault(const std::string& text) {
    if (!text.ends_with('\n')) return "does not end in a newline";
    const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
    for (const auto& line : lines_of(text)) {
        if (line.size() > 100) return "too wide: " + line;
        if (line.ends_with(' ')) return "trailing blank: " + line;
        if (!std::ranges::all_of(line, printable)) return "not printable ASCII: " + line;
    }
    return {};
}

}  // namespace pulsar::bench
