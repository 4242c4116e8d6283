#pragma once

#include "support/unique_fd.hpp"

#include <netinet/in.h>
#include <string>
#include <vector>

namespace pulsar::test {

/// Holds a port of 127.0.0.1. Nobody listens on it. Throws std::system_error.
class taken_port {
  public:
    taken_port();
    [[nodiscard]] std::string address() const;

  protected:
    [[nodiscard]] const sockaddr* bound() const {
        return reinterpret_cast<const sockaddr*>(&address_);
    }

    unique_fd socket_;

  private:
    sockaddr_in address_{};
};

/// Listens, with an accept queue that can be filled.
class short_queue : public taken_port {
  public:
    short_queue();
    /// So many clients wait that another gets no answer.
    void fill();
    /// They go.
    void empty() { waiting_.clear(); }

  private:
    std::vector<unique_fd> waiting_;
};

/// One that is full from the beginning.
class full_queue : public short_queue {
  public:
    full_queue() { fill(); }
};

}  // namespace pulsar::test
