#include "pulsar/app/allocator.hpp"

#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace pulsar::app {

void keep_large_buffers() noexcept {
#ifdef __GLIBC__
    constexpr int bytes = 8 * 1024 * 1024;
    // NOLINTBEGIN(concurrency-mt-unsafe): there is no other thread yet
    ::mallopt(M_MMAP_THRESHOLD, bytes);
    ::mallopt(M_TRIM_THRESHOLD, bytes);
    // NOLINTEND(concurrency-mt-unsafe)
#endif
}

}  // namespace pulsar::app
