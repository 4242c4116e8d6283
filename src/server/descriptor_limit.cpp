#include "pulsar/server/descriptor_limit.hpp"

#include "pulsar/log/log.hpp"

#include <cerrno>
#include <string>
#include <sys/resource.h>
#include <system_error>

namespace pulsar::server {

namespace {

// Each loop has an epoll instance, an eventfd and a timerfd.
constexpr std::size_t descriptors_per_loop = 3;

// Standard streams, log, signal pipe, a client on its way to being refused, and what libraries open
// for a moment, such as the resolver.
constexpr std::size_t descriptors_besides = 16;

}  // namespace

void fit_descriptor_limit(options& opts) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);

    const auto reserved =
        descriptors_besides + opts.listen.size() + descriptors_per_loop * opts.threads;
    if (limit.rlim_cur <= reserved) {
        throw std::system_error(EMFILE, std::generic_category(),
                                "a limit of " + std::to_string(limit.rlim_cur) +
                                    " open files leaves none for connections");
    }
    const auto room = limit.rlim_cur - reserved;
    if (opts.max_connections <= room) return;
    log::write(log::component::server, log::level::warn, "max connections lowered",
               {{"from", opts.max_connections}, {"to", room}, {"open_files", limit.rlim_cur}});
    opts.max_connections = room;
}

}  // namespace pulsar::server
