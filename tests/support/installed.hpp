#pragma once

#include "support/temp_dir.hpp"

#include <string>

namespace pulsar::test {

/// What `cmake --install` makes of this build, in a folder of its own as the prefix.
class installed {
  public:
    installed();

    /// The path of a file below the prefix.
    [[nodiscard]] std::string operator/(const std::string& name) const { return prefix_ / name; }

  private:
    temp_dir prefix_;
};

}  // namespace pulsar::test
