#include "pulsar/net/open_files.hpp"

#include <sys/resource.h>

namespace pulsar::net {

std::size_t raise_open_files_limit() noexcept {
    rlimit limit{RLIM_INFINITY, RLIM_INFINITY};  // where a sandbox does not even tell
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

}  // namespace pulsar::net
