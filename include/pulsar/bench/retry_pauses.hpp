#pragma once

#include <algorithm>
#include <chrono>

namespace pulsar::bench {

/// How long to wait before each attempt to make a connection again: not at all, then 10 ms, and
/// twice as long each time up to 1 s. A server that is away is not hammered, and one that is back
/// is found soon.
class retry_pauses {
  public:
    using milliseconds = std::chrono::milliseconds;

    static constexpr milliseconds shortest{10};  ///< after none
    static constexpr milliseconds longest{1000};

    /// Before the next attempt.
    milliseconds next() noexcept {
        const auto pause = next_;
        next_ = std::clamp(2 * pause, shortest, longest);
        return pause;
    }

    void begin_anew() noexcept { next_ = milliseconds(0); }

  private:
    milliseconds next_{0};
};

}  // namespace pulsar::bench
