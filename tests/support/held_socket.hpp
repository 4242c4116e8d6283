#pragma once

#include "support/unique_fd.hpp"

#include <string>

namespace pulsar::test {

/// A socket that the test listens on, to hand it to daemons as systemd does.
class held_socket {
  public:
    /// On port 0 of 127.0.0.1, or on a Unix socket at `path`.
    explicit held_socket(const std::string& path = {}, int backlog = 4096);

    [[nodiscard]] int descriptor() const { return socket_.get(); }
    /// As the daemon logs it.
    [[nodiscard]] const std::string& address() const { return address_; }
    /// The next connection in the queue; -1 if there is none.
    [[nodiscard]] unique_fd accept() const;

  private:
    unique_fd socket_;
    std::string address_;
};

}  // namespace pulsar::test
