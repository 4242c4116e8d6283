// For LD_PRELOAD: a wall clock that is off by the seconds in the file that WALL_CLOCK names.

#include "map_shared.hpp"

#include <atomic>
#include <cstdlib>
#include <ctime>
#include <dlfcn.h>

namespace {

const auto* const offset =
    pulsar::test::map_shared<std::atomic<std::time_t>>(std::getenv("WALL_CLOCK"));

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* now) {
    using function = int (*)(clockid_t, timespec*);
    static const auto real = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "clock_gettime"));
    const int result = real(clock, now);
    if (result == 0 && clock == CLOCK_REALTIME && offset != nullptr) now->tv_sec += *offset;
    return result;
}
