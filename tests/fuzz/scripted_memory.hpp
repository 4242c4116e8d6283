#pragma once

#include <cstddef>
#include <map>

namespace pulsar::fuzz {

/// What the echo buffer of the connection under test has of the heap, in a program that is linked
/// with scripted_memory.cpp.
class scripted_memory {
  public:
    std::size_t held() const noexcept { return held_; }
    bool has_failed() const noexcept { return has_failed_; }

    /// The `n`th allocation from now on fails, and no other one; 0: none.
    void fail_at(std::size_t n) noexcept { fails_at_ = n; }

    bool fails() noexcept {
        const bool this_one = fails_at_ > 0 && --fails_at_ == 0;
        has_failed_ = has_failed_ || this_one;
        return this_one;
    }
    void note(const void* block, std::size_t size) {
        blocks_[block] = size;
        held_ += size;
    }
    void forget(const void* block) noexcept {
        const auto known = blocks_.find(block);
        if (known == blocks_.end()) return;
        held_ -= known->second;
        blocks_.erase(known);
    }

  private:
    std::map<const void*, std::size_t> blocks_;
    std::size_t held_ = 0;
    std::size_t fails_at_ = 0;
    bool has_failed_ = false;
};

inline scripted_memory heap;

}  // namespace pulsar::fuzz
