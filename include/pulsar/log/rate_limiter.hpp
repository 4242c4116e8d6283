#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

namespace pulsar::log {

/// Lets one line pass per window and counts the events that it stands for. Not thread-safe; the
/// caller passes the clock in.
class rate_limiter {
  public:
    using clock = std::chrono::steady_clock;

    explicit constexpr rate_limiter(clock::duration window) noexcept : window_(window) {}

    /// Takes note of one event. How many events, this one included, a line for it stands for;
    /// 0: withhold it.
    constexpr std::uint64_t admit(clock::time_point now) noexcept {
        ++pending_;
        return now < window_end_ ? 0 : flush(now);
    }

    /// How many withheld events are to be logged, as one line, now that their window has passed.
    constexpr std::uint64_t release(clock::time_point now) noexcept {
        return now < window_end_ ? 0 : flush(now);
    }

    /// How many events are withheld, which are to be logged, as one line, whatever the time.
    constexpr std::uint64_t flush(clock::time_point now) noexcept {
        if (pending_ > 0) window_end_ = now + window_;
        return std::exchange(pending_, 0);
    }

    /// When release() will have something, as far as is known now.
    [[nodiscard]] constexpr std::optional<clock::time_point> due() const noexcept {
        return pending_ > 0 ? std::optional(window_end_) : std::nullopt;
    }

  private:
    clock::duration window_;
    clock::time_point window_end_ = clock::time_point::min();
    std::uint64_t pending_ = 0;
};

}  // namespace pulsar::log
