#pragma once

#include <chrono>
#include <cstddef>

namespace pulsar::net {

/// What each connection obeys. A duration of zero means never.
struct connection_options {
    std::chrono::milliseconds heartbeat_interval{10'000};
    std::chrono::milliseconds idle_timeout{0};
    std::chrono::milliseconds frame_timeout{60'000};
    std::chrono::milliseconds write_timeout{30'000};
    std::size_t max_frame_size = std::size_t{1} << 20;  ///< payload bytes, at most 1 GiB
};

/// What each listener obeys.
struct listener_options {
    int backlog = 4096;
    std::chrono::milliseconds tcp_keepalive{60'000};  ///< zero: off
};

}  // namespace pulsar::net
