#pragma once

#include "pulsar/server/registry.hpp"

#include <string>

namespace pulsar::admin {

/// What `/connections` shows, in pieces: between two of them connections come and go.
class connection_list {
  public:
    explicit connection_list(server::registry& of) noexcept : walk_(of) {}

    /// Adds the next lines of JSON: some 50 microseconds of work. False when all are there. Throws
    /// std::bad_alloc.
    bool append_some(std::string& out);

  private:
    server::registry::walk walk_;
};

}  // namespace pulsar::admin
