#include "support/sanitizers.hpp"

#include "support/daemon.hpp"
#include "support/temp_dir.hpp"

#include <string>
#include <string_view>

// g++ defines __SANITIZE_*, clang answers __has_feature().
#ifndef __has_feature
#define __has_feature(name) 0
#endif

namespace pulsar::test {
namespace {

enum class sanitizer { none, address, thread };

/// Of these tests, else of the daemon: from every program that is built with a sanitizer its
/// runtime is called by name.
sanitizer find_sanitizer() {
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
    return sanitizer::address;
#elif defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
    return sanitizer::thread;
#else
    const auto daemon = read_file(pulsar_with({}).command.front());
    const auto calls = [&](std::string_view name) { return daemon.find(name) != daemon.npos; };
    if (calls("__asan_init")) return sanitizer::address;
    return calls("__tsan_init") ? sanitizer::thread : sanitizer::none;
#endif
}

sanitizer found() {
    static const auto once = find_sanitizer();
    return once;
}

}  // namespace

bool address_sanitizer() {
    return found() == sanitizer::address;
}

bool thread_sanitizer() {
    return found() == sanitizer::thread;
}

}  // namespace pulsar::test
