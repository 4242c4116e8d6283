#pragma once

#include <cstddef>

namespace pulsar::net {

/// An event loop's: an epoll instance, an eventfd and a timerfd.
inline constexpr std::size_t descriptors_per_loop = 3;

/// Raises the soft limit on open files to the hard one (getrlimit(2)), if it may, and returns what
/// it is now; RLIM_INFINITY where it may not be known.
std::size_t raise_open_files_limit() noexcept;

}  // namespace pulsar::net
