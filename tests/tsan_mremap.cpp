// TSan follows mmap(2) and munmap(2), not mremap(2): it goes on to count what a thread wrote where
// a mapping was, and reports a race once another thread's mapping is there. Programs that are built
// with TSan move mappings by this, which it follows.

#include <algorithm>
#include <cstring>
#include <sys/mman.h>

extern "C" void* mremap(void* old, std::size_t old_size, std::size_t size, int, ...) noexcept {
    constexpr int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;
    void* const mapping = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, anonymous, -1, 0);
    if (mapping == MAP_FAILED) return MAP_FAILED;
    std::memcpy(mapping, old, std::min(old_size, size));
    ::munmap(old, old_size);
    return mapping;
}
