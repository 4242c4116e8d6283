#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace pulsar::net {

/// How often accept(2) has failed, by errno. Takes no memory.
class accept_failures {
  public:
    struct kind {
        int error = 0;
        std::uint64_t count = 0;
    };

    void count(int error, std::uint64_t times = 1) noexcept {
        std::size_t i = 0;
        while (i < size_ && kinds_[i].error != error)
            ++i;
        if (i == kinds_.size()) return;
        if (i == size_) kinds_[size_++].error = error;
        kinds_[i].count += times;
    }

    /// In the order in which they came first.
    std::span<const kind> all() const noexcept { return {kinds_.data(), size_}; }

  private:
    std::array<kind, 32> kinds_;  // accept(2) knows fewer
    std::size_t size_ = 0;
};

}  // namespace pulsar::net
