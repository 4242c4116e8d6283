#pragma once

#include "pulsar/admin/metrics.hpp"
#include "pulsar/server/server.hpp"
#include "pulsar/system/process_usage.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace pulsar::admin {

/// Reads what `/metrics` shows: first, in pieces, how many descriptors are open; then the rest.
class scrape {
  public:
    scrape(server::server& target, const system::process_usage& usage) noexcept;

    /// Some 50 microseconds of work. False when all are counted.
    bool count_some_descriptors() noexcept;

    /// Throws std::bad_alloc.
    std::string text() const;

  private:
    server::server& server_;
    std::optional<metrics::process> process_;
    std::size_t slots_seen_ = 0;
};

}  // namespace pulsar::admin
