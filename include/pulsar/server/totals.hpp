#pragma once

#include <cstdint>

namespace pulsar::server {

/// Clients that were not let in.
struct refusals {
    std::uint64_t max_connections = 0;
    std::uint64_t out_of_memory = 0;

    std::uint64_t total() const noexcept { return max_connections + out_of_memory; }
};

/// Sums over all loops and all connections that ever were.
struct traffic_totals {
    std::uint64_t frames = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t heartbeats = 0;
    refusals refused;
};

}  // namespace pulsar::server
