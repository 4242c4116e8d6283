#pragma once

#include "pulsar/net/listener_record.hpp"
#include "pulsar/server/registry.hpp"
#include "pulsar/server/totals.hpp"
#include "pulsar/system/process_usage.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pulsar::admin {

/// What `/metrics` shows, read from the counters that there are.
struct metrics {
    struct process {
        system::process_usage::figures usage;
        std::size_t open_descriptors = 0;
    };

    std::vector<const net::listener_record*> listeners;
    std::size_t max_connections = 0;
    server::traffic_totals totals;
    server::registry::lifetimes lives;
    std::uint64_t log_dropped = 0;
    bool stopping = false;
    std::optional<process> of_process{};  ///< none: it could not be told

    /// In the format of Prometheus, version 0.0.4. Throws std::bad_alloc.
    std::string text() const;
};

}  // namespace pulsar::admin
