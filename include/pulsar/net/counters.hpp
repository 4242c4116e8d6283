#pragma once

#include <atomic>
#include <cstdint>

namespace pulsar::net {

/// A number that one thread writes and any thread reads: no read-modify-write, no fence, the cost
/// of a plain variable.
class counter {
  public:
    void add(std::uint64_t n) noexcept {
        value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

/// Traffic as it is on the wire: headers and heartbeats count, discarded input does not.
struct traffic {
    counter frames;  ///< whole frames received
    counter bytes_in;
    counter bytes_out;
    counter heartbeats;
};

}  // namespace pulsar::net
