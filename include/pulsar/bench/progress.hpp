#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace pulsar::bench {

/// What a run does, in this order; nothing is measured before the last.
enum class stage : std::uint8_t { connecting, warming_up, measuring };

/// Where a run stands, once a second.
struct progress {
    stage at = stage::measuring;
    std::size_t connected = 0;  ///< connections that have been made, of `connections`
    std::size_t connections = 0;
    double elapsed_s = 0;           ///< since the load began
    std::optional<double> total_s;  ///< of load, with the warm-up; none with a number of frames
    std::optional<std::uint64_t> total_frames;
    std::uint64_t frames = 0;            ///< measured so far
    std::optional<double> frames_per_s;  ///< of what the last row of the series covers
    std::optional<double> p99_us;        ///< of the same; none without an echo
    std::uint64_t heartbeats = 0;
    std::uint64_t failed_connections = 0;
};

}  // namespace pulsar::bench
