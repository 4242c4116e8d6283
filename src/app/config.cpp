#include "pulsar/app/config.hpp"

#include <algorithm>
#include <sched.h>
#include <thread>

namespace pulsar::app {
namespace {

unsigned usable_cpus() {
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    // Fails where the kernel knows more CPUs than cpu_set_t can hold, which is 1024.
    if (sched_getaffinity(0, sizeof cpus, &cpus) != 0) return std::thread::hardware_concurrency();
    return static_cast<unsigned>(CPU_COUNT(&cpus));
}

}  // namespace

config default_config() {
    config defaults;
    defaults.server.listen = {{.host = "127.0.0.1", .port = 8080, .path = {}}};
    defaults.server.threads = std::clamp(usable_cpus(), 1U, 1024U);
    return defaults;
}

}  // namespace pulsar::app
