#pragma once

#include "support/client.hpp"

#include <atomic>
#include <cstddef>
#include <string>
#include <thread>

namespace pulsar::test {

/// A client that sends and reads as fast as it can, on a thread of its own.
class flooder {
  public:
    /// Sends `unit` again and again.
    flooder(const std::string& address, std::string unit);
    ~flooder();
    flooder(const flooder&) = delete;
    flooder& operator=(const flooder&) = delete;

    /// Bytes that have come back.
    [[nodiscard]] std::size_t echoed() const { return echoed_; }

  private:
    void run();

    client socket_;
    const std::string unit_;
    std::atomic<std::size_t> echoed_{0};
    std::atomic<bool> enough_{false};
    std::thread thread_;
};

}  // namespace pulsar::test
