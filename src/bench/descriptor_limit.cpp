#include "pulsar/bench/descriptor_limit.hpp"

#include "pulsar/cli/usage_error.hpp"

#include <string>
#include <sys/resource.h>

namespace pulsar::bench {

namespace {

// Each event loop has an epoll instance, an eventfd and a timerfd.
constexpr rlim_t descriptors_per_loop = 3;

// Standard streams, the HTML file, the signal pipe, and what the resolver opens for a moment.
constexpr rlim_t descriptors_besides = 16;

}  // namespace

void fit_descriptor_limit(const options& what) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);

    const auto reserved = descriptors_besides + descriptors_per_loop * (what.threads + 1);
    const auto room = limit.rlim_cur > reserved ? limit.rlim_cur - reserved : 0;
    if (what.connections <= room) return;
    throw cli::bad_value("--connections", std::to_string(what.connections),
                         "expected at most " + std::to_string(room) + " with a limit of " +
                             std::to_string(limit.rlim_cur) + " open files (ulimit -n)");
}

}  // namespace pulsar::bench
