// For LD_PRELOAD: allocations that fail as the file says that MALLOC_FAULTS names (malloc_faults).
// MALLOC_FAULTS_SEED: which ones of many.

#include "malloc_faults.hpp"
#include "map_shared.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <dlfcn.h>

namespace {

using pulsar::test::malloc_faults;

std::uint64_t number(const char* text) {
    return text == nullptr ? 0 : std::strtoull(text, nullptr, 10);
}

const std::uint64_t seed = number(std::getenv("MALLOC_FAULTS_SEED"));
malloc_faults* const faults = pulsar::test::map_shared<malloc_faults>(std::getenv("MALLOC_FAULTS"));

/// A number for each call: SplitMix64 (Steele, Lea and Flood 2014).
std::uint64_t random_of_call() {
    std::uint64_t z = seed + faults->drawn.fetch_add(1) * 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/// False at zero.
bool take_one(std::atomic<std::uint64_t>& of) {
    auto left = of.load();
    while (left > 0 && !of.compare_exchange_weak(left, left - 1)) {
    }
    return left > 0;
}

bool fails() {
    if (faults == nullptr) return false;  // not yet, where it is the dynamic linker that calls
    const auto n = faults->one_in.load();
    if (n == 0 || faults->until_listen || take_one(faults->spared) || random_of_call() % n != 0)
        return false;
    if (!take_one(faults->left)) return false;
    // What gcov does once main() has returned, it does not do without memory.
    [[maybe_unused]] static const int until_the_end = std::atexit([] { faults->one_in = 0; });
    ++faults->failed;
    errno = ENOMEM;
    return true;
}

}  // namespace

extern "C" {

// NOLINTBEGIN(bugprone-reserved-identifier): glibc's own names
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
// NOLINTEND(bugprone-reserved-identifier)

void* malloc(std::size_t size) {
    return fails() ? nullptr : __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) {
    return fails() ? nullptr : __libc_calloc(count, size);
}

void* realloc(void* old, std::size_t size) {
    return fails() ? nullptr : __libc_realloc(old, size);
}

int listen(int descriptor, int backlog) {
    using function = int (*)(int, int);
    static const auto real = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "listen"));
    if (faults != nullptr) faults->until_listen = false;
    return real(descriptor, backlog);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {  // Asio's
    return fails() ? nullptr : __libc_memalign(alignment, size);
}
}
