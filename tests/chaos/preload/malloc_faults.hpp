#pragma once

#include <atomic>
#include <cstdint>

namespace pulsar::test {

/// What a test and failing_malloc.cpp in the daemon share: a file that both have mapped.
struct malloc_faults {
    std::atomic<bool> until_listen;     ///< none fails before the child has called listen(2)
    std::atomic<std::uint64_t> spared;  ///< so many more do not fail
    std::atomic<std::uint64_t> one_in;  ///< after that one in so many does; 0: none
    std::atomic<std::uint64_t> left;    ///< until so many more have failed
    std::atomic<std::uint64_t> drawn;   ///< numbers: the next child has others than the one before
    std::atomic<std::uint64_t> failed;  ///< so far
};

}  // namespace pulsar::test
