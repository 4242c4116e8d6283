#pragma once

#include "pulsar/log/event.hpp"
#include "pulsar/log/levels.hpp"
#include "pulsar/log/rate_limiter.hpp"

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace pulsar::log {

/// A kind of event that clients can cause at will, and that is therefore limited to one line per
/// `window`. Declare it once, with static storage; any thread may write it.
///
/// An event within the window of the last line is withheld. The next line says how many were; if
/// none comes, the latest withheld event itself is logged when the window has passed (by the
/// writer's thread), or by flush_limited(). Events of a level that is not logged do not count.
class limited {
  public:
    /// How a line tells of the events that it stands for.
    enum class tally : std::uint8_t {
        suppressed,  ///< `suppressed=N`: besides this one; left out when 0
        count,       ///< `count=N`: this one included, always there
    };

    /// `msg` is viewed, not copied: a literal.
    limited(component from, level severity, std::string_view msg, std::chrono::milliseconds window,
            tally how) noexcept;
    /// Forgets what is withheld.
    ~limited();
    limited(const limited&) = delete;
    limited& operator=(const limited&) = delete;

    void write(std::initializer_list<field> fields) noexcept;

    /// Logs, for every kind, what is withheld and due. When the next ones will be due.
    static std::optional<rate_limiter::clock::time_point> release_all() noexcept;
    /// Logs, for every kind, what is withheld.
    static void flush_all() noexcept;

  private:
    void emit(std::string payload, std::uint64_t events) const noexcept;

    const component from_;
    const level severity_;
    const std::string_view msg_;
    const tally tally_;
    std::mutex mutex_;  ///< guards the two below
    rate_limiter limiter_;
    std::string latest_;  ///< the withheld event, rendered
    limited* next_ = nullptr;
};

}  // namespace pulsar::log
