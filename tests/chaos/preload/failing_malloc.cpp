// For LD_PRELOAD: while a file exists, one allocation in so many fails. The file is looked for when
// a connection is accepted.
//
// FAIL_MALLOC_WHILE: the file. FAIL_MALLOC_EVERY: one in how many. FAIL_MALLOC_SEED: which ones.

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <dlfcn.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

std::atomic<std::uint64_t> every{0};  // 0: none fails
std::atomic<std::uint64_t> calls{0};

std::uint64_t number(const char* name) {
    const char* text = std::getenv(name);
    return text == nullptr ? 0 : std::strtoull(text, nullptr, 10);
}

const std::uint64_t seed = number("FAIL_MALLOC_SEED");

/// A number for each call: SplitMix64 (Steele, Lea and Flood 2014).
std::uint64_t random_of_call() {
    std::uint64_t z = seed + calls.fetch_add(1, std::memory_order_relaxed) * 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

bool fails() {
    const auto n = every.load(std::memory_order_relaxed);
    if (n == 0 || random_of_call() % n != 0) return false;
    errno = ENOMEM;
    return true;
}

}  // namespace

extern "C" {

// NOLINTBEGIN(bugprone-reserved-identifier): glibc's own names
void* __libc_malloc(std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
// NOLINTEND(bugprone-reserved-identifier)

void* malloc(std::size_t size) {
    return fails() ? nullptr : __libc_malloc(size);
}

void* realloc(void* old, std::size_t size) {
    return fails() ? nullptr : __libc_realloc(old, size);
}

int accept4(int descriptor, sockaddr* peer, socklen_t* size, int flags) {
    using function = int (*)(int, sockaddr*, socklen_t*, int);
    static const auto real = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "accept4"));
    // What gcov does once main() has returned, it does not do without memory.
    [[maybe_unused]] static const int until_the_end = std::atexit([] { every = 0; });
    const char* file = std::getenv("FAIL_MALLOC_WHILE");
    const bool active = file != nullptr && ::access(file, F_OK) == 0;
    every.store(active ? number("FAIL_MALLOC_EVERY") : 0, std::memory_order_relaxed);
    return real(descriptor, peer, size, flags);
}
}
