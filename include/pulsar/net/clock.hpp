#pragma once

#include <chrono>

namespace pulsar::net {

/// Monotonic: a jump of the wall clock moves no deadline.
using clock = std::chrono::steady_clock;
using time_point = clock::time_point;

inline double to_seconds(clock::duration d) noexcept {
    return std::chrono::duration<double>(d).count();
}

}  // namespace pulsar::net
