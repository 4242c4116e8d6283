#include "scripted_clock.hpp"

#include <cstdint>

// The linker puts this in the place of std::chrono::steady_clock::now() (--wrap, see ld(1)), whose
// result is returned like the number of nanoseconds that it consists of.
// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" std::int64_t __wrap__ZNSt6chrono3_V212steady_clock3nowEv() {
    return std::chrono::nanoseconds(pulsar::fuzz::now.time_since_epoch()).count();
}
