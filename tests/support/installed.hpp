#pragma once

#include "support/temp_dir.hpp"

#include <string>

namespace pulsar::test {

/// What `cmake --install` makes of this build, in a folder of its own as the prefix. By the script
/// that it runs: that alone writes nothing into the build's folder, which tests share.
class installed {
  public:
    installed();

    /// The path of a file below the prefix.
    [[nodiscard]] std::string operator/(const std::string& name) const { return prefix_ / name; }

  private:
    temp_dir prefix_;
};

}  // namespace pulsar::test
