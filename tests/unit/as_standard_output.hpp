#pragma once

#include "support/unique_fd.hpp"

#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace pulsar::test {

/// Descriptor 1 is `fd` as long as it lives.
class as_standard_output {
  public:
    explicit as_standard_output(int fd) : saved_(flushed_copy()) { ::dup2(fd, STDOUT_FILENO); }
    ~as_standard_output() { ::dup2(saved_.get(), STDOUT_FILENO); }
    as_standard_output(const as_standard_output&) = delete;
    as_standard_output& operator=(const as_standard_output&) = delete;

  private:
    static unique_fd flushed_copy() {
        std::fflush(stdout);
        return unique_fd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
    }

    unique_fd saved_;
};

}  // namespace pulsar::test
