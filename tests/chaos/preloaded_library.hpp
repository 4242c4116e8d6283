#pragma once

#include "support/unique_fd.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <system_error>
#include <unistd.h>

namespace pulsar::test {

/// A library that a child loads before all others (ld.so(8)). Outlives the child.
class preloaded_library {
  public:
    explicit preloaded_library(const char* path) : file_(::open(path, O_RDONLY | O_CLOEXEC)) {
        if (file_.get() < 0) throw std::system_error(errno, std::generic_category(), path);
    }

    /// For launch::environment. Not by its path, since LD_PRELOAD is split at spaces and colons.
    [[nodiscard]] std::string variable() const {
        return "LD_PRELOAD=/proc/" + std::to_string(::getpid()) + "/fd/" +
               std::to_string(file_.get());
    }

  private:
    unique_fd file_;
};

}  // namespace pulsar::test
