#pragma once

#include <chrono>
#include <cstdint>

namespace pulsar::bench {

/// When the frames of an open-loop run are due: evenly over time, and in turn over the connections.
/// Frame `k` of connection `c` is number `k * connections + c` of the run.
///
/// A frame that goes out late keeps its due time, so that its latency tells of the wait too: else a
/// server that stalls would be asked less while it does ("coordinated omission").
class schedule {
  public:
    using nanoseconds = std::chrono::nanoseconds;

    /// `rate`: frames a second over all connections, 1 to 10^9.
    schedule(std::uint64_t rate, std::uint64_t connections) noexcept
        : rate_(rate), connections_(connections) {}

    /// From the start of the run.
    nanoseconds due(std::uint64_t connection, std::uint64_t frame) const noexcept;

    /// How many frames of the run, and of one connection, are due at `elapsed` or before.
    std::uint64_t count(nanoseconds elapsed) const noexcept;
    std::uint64_t count(std::uint64_t connection, nanoseconds elapsed) const noexcept;

  private:
    std::uint64_t rate_;
    std::uint64_t connections_;
};

}  // namespace pulsar::bench
