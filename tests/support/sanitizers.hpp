#pragma once

// g++ defines __SANITIZE_*, clang answers __has_feature().
#ifndef __has_feature
#define __has_feature(name) 0
#endif

namespace pulsar::test {

// How the tests were built, and so the daemon beside them.
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
inline constexpr bool address_sanitizer = true;
#else
inline constexpr bool address_sanitizer = false;
#endif

#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
inline constexpr bool thread_sanitizer = true;
#else
inline constexpr bool thread_sanitizer = false;
#endif

}  // namespace pulsar::test
