#pragma once

#include "support/daemon.hpp"

#include <cstddef>

namespace pulsar::test {

/// What a daemon without clients holds.
class baseline {
  public:
    /// Outlived by `pulsar`, which has no client yet.
    explicit baseline(daemon& pulsar);

    /// Expects that soon no connection and no descriptor is left.
    void expect_restored() const;

  private:
    daemon& pulsar_;
    std::size_t descriptors_;
};

}  // namespace pulsar::test
