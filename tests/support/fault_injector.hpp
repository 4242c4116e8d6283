#pragma once

#include "support/deadline.hpp"
#include "support/process.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace pulsar::test {

/// strace(1), attached to a process, makes system calls of it fail.
class fault_injector {
  public:
    /// `calls`: names, separated by commas. `error`: an errno's name, for all calls from now on; or
    /// with `:when=` behind it for those that this selects, counted in each thread. With a `path`
    /// only calls on that file. `target` must outlive this object.
    fault_injector(process& target, const std::string& calls, const std::string& error,
                   const std::string& path = {});

    /// Throws when there have not been so many by then.
    void wait_for_faults(std::size_t count = 1, deadline limit = {});
    [[nodiscard]] std::size_t faults();

    /// Lets the process go on undisturbed. Stops it for that moment.
    void detach();

  private:
    bool wait_for_words(std::string_view words, std::size_t count, deadline limit);
    [[nodiscard]] std::size_t count_of(std::string_view words);

    process& target_;
    process strace_;
};

/// Skips tests where nobody may trace.
class fault_injection : public testing::Test {
  protected:
    void SetUp() override;

    /// The leak check of ASan cannot run beside another tracer.
    const launch how{.environment = {"ASAN_OPTIONS=detect_leaks=0"}};
};

}  // namespace pulsar::test
