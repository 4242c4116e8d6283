#pragma once

#include "support/deadline.hpp"
#include "support/process.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace pulsar::test {

/// How to start a process that waits before its command, until a fault_injector goes on.
launch waiting(launch how);

/// strace(1), attached to a process, makes system calls of it fail, or late.
class fault_injector {
  public:
    /// `calls`: names, separated by commas. `fault`: an errno's name, or `delay_enter=` and a time,
    /// for all calls from now on; or with `:when=` behind it for those that this selects, counted
    /// in each thread. With a `path` only calls on that file. `target` must outlive this object.
    fault_injector(process& target, const std::string& calls, const std::string& fault,
                   const std::string& path = {});

    /// Lets a process that is `waiting` run its command.
    void go_on();

    /// Throws when none of these calls has begun by then.
    void wait_for_call(const std::string& name, deadline limit = {});
    /// Throws when there have not been so many by then.
    void wait_for_faults(std::size_t count = 1, deadline limit = {});
    [[nodiscard]] std::size_t faults();
    /// All of these calls, as strace shows them, once the process has ended.
    [[nodiscard]] std::string whole_trace();

    /// Lets the process go on undisturbed. Stops it for that moment.
    void detach();

  private:
    void wait_for_words(std::string_view words, std::size_t count, deadline limit);
    [[nodiscard]] std::size_t count_of(std::string_view words);

    process& target_;
    std::string_view mark_;  // of a fault, in what strace writes
    process strace_;
};

/// Skips tests where nobody may trace.
class fault_injection : public testing::Test {
  public:
    /// Whether strace is there, and may trace.
    static bool possible();

  protected:
    void SetUp() override;

    /// The leak check of ASan cannot run beside another tracer.
    const launch how{.environment = {"ASAN_OPTIONS=detect_leaks=0"}};
};

}  // namespace pulsar::test
