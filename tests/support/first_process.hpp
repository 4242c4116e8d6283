#pragma once

#include "support/process.hpp"

#include <string>
#include <sys/types.h>

namespace pulsar::test {

/// A pulsar that is PID 1 of a namespace of its own, as in a container.
class first_process {
  public:
    /// Of a command that runs it so, and logs text. Returns when it listens.
    explicit first_process(const launch& how);

    [[nodiscard]] pid_t pid() const { return pid_; }
    /// Of the first listener.
    [[nodiscard]] const std::string& address() const { return address_; }
    /// That command, which has its output, and ends with its exit status.
    [[nodiscard]] process& parent() { return parent_; }
    void send(int signal) const;

  private:
    process parent_;
    std::string address_;
    pid_t pid_ = -1;
};

}  // namespace pulsar::test
