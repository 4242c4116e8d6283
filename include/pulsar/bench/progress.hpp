#pragma once

#include "pulsar/bench/result.hpp"

#include <cstdint>
#include <optional>

namespace pulsar::bench {

/// Where a run stands, once a second.
struct progress {
    double elapsed_s = 0;           ///< since the load began
    bool warming_up = false;        ///< nothing is measured yet
    std::optional<double> total_s;  ///< of load, with the warm-up; none with a number of frames
    std::optional<std::uint64_t> total_frames;
    std::uint64_t frames = 0;  ///< measured so far
    second last;               ///< the second that has just passed
    std::uint64_t heartbeats = 0;
    std::uint64_t failed_connections = 0;
};

}  // namespace pulsar::bench
