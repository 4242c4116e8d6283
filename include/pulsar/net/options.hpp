#pragma once

#include "pulsar/net/network.hpp"
#include "pulsar/system/handed_sockets.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <sys/types.h>
#include <vector>

namespace pulsar::net {

/// What each connection obeys. A duration of zero means never.
struct connection_options {
    std::chrono::milliseconds heartbeat_interval{10'000};
    std::chrono::milliseconds idle_timeout{0};
    std::chrono::milliseconds frame_timeout{60'000};
    std::chrono::milliseconds write_timeout{30'000};
    std::size_t max_frame_size = std::size_t{1} << 20;  ///< payload bytes, at most 1 GiB
    std::vector<network> proxy_from{};  ///< connections from there begin with a PROXY header
};

/// What each listener obeys.
struct listener_options {
    int backlog = 4096;
    bool backlog_given = false;                       ///< handed sockets keep theirs, unless it is
    std::chrono::milliseconds tcp_keepalive{60'000};  ///< zero: off
    std::optional<mode_t> unix_mode{};  ///< of a Unix socket's file; none: by the umask
    /// For addresses of that kind. Each is for one call of listen_on(), which then owns it.
    std::vector<system::handed_socket> handed{};
};

}  // namespace pulsar::net
