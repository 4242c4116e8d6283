#pragma once

#include "preload/malloc_faults.hpp"
#include "preloaded_library.hpp"
#include "shared_with_child.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace pulsar::test {

/// Makes allocations of a child fail, by preload/failing_malloc.cpp. Outlives the child.
class failing_malloc {
  public:
    explicit failing_malloc(std::uint64_t seed = 0);

    /// For launch::environment.
    [[nodiscard]] std::vector<std::string> environment() const;

    /// From now on one allocation in `n` fails.
    void fail_one_in(std::uint64_t n) { set(0, n, forever); }
    void fail_all() { fail_one_in(1); }
    /// After `spared` more fail the next, or all that follow.
    void fail_one_after(std::uint64_t spared) { set(spared, 1, 1); }
    void fail_all_after(std::uint64_t spared) { set(spared, 1, forever); }
    void stop() { fail_one_in(0); }
    /// None fails, nor is counted as spared, before the child listens.
    void wait_until_it_listens() { faults_->until_listen = true; }

    /// So far.
    [[nodiscard]] std::uint64_t failed() const { return faults_->failed; }

  private:
    static constexpr auto forever = std::numeric_limits<std::uint64_t>::max();

    void set(std::uint64_t spared, std::uint64_t one_in, std::uint64_t left);

    const preloaded_library library_;
    const shared_with_child<malloc_faults> faults_;
    const std::uint64_t seed_;
};

}  // namespace pulsar::test
