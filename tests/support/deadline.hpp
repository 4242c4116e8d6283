#pragma once

#include <chrono>
#include <functional>

namespace pulsar::test {

/// PULSAR_TEST_PATIENCE, a whole number; without it 3 for a sanitizer, else 1.
int patience();

/// The time after which a test gives up. `patience()` multiplies it, for sanitizers and slow
/// machines.
class deadline {
  public:
    deadline() : deadline(std::chrono::seconds(10)) {}
    template <class Rep, class Period>
    deadline(std::chrono::duration<Rep, Period> after)  // implicit: a duration is a limit
        : at_(std::chrono::steady_clock::now() + after * patience()) {}

    [[nodiscard]] std::chrono::steady_clock::time_point at() const { return at_; }
    [[nodiscard]] bool passed() const;
    /// Milliseconds left, for poll(2); 0 when passed.
    [[nodiscard]] int poll_timeout() const;

  private:
    std::chrono::steady_clock::time_point at_;
};

/// Asks every few milliseconds, for state that announces no change. False: the deadline passed.
bool eventually(const std::function<bool()>& predicate, deadline limit = {});

}  // namespace pulsar::test
