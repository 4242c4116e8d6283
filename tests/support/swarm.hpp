#pragma once

#include "support/deadline.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace pulsar::test {

/// Many connections, driven by two threads, that keep a number of frames in flight each until the
/// daemon closes them. Every frame carries its connection and sequence number, and every byte that
/// comes back is compared.
class swarm {
  public:
    /// Throws when not all connect.
    swarm(const std::string& address, std::size_t connections, std::size_t frames_in_flight);
    ~swarm();
    swarm(const swarm&) = delete;
    swarm& operator=(const swarm&) = delete;

    /// True once every connection has had a few echoes.
    bool wait_until_busy(deadline limit = {});

    struct totals {
        std::size_t frames = 0;          ///< whole echoes received
        std::size_t bytes = 0;           ///< received
        std::size_t ended_in_order = 0;  ///< connections: end-of-stream at a frame boundary
        std::string problem;             ///< of one of the others
    };
    /// Waits until the daemon has closed all.
    totals wait_until_closed(deadline limit = std::chrono::seconds(20));

    class flow;

  private:
    void drive(std::size_t first);

    std::vector<std::unique_ptr<flow>> flows_;
    std::vector<std::thread> threads_;
    std::atomic<std::size_t> busy_{0};
    std::atomic<std::size_t> closed_{0};
    std::atomic<bool> abandoned_{false};
};

}  // namespace pulsar::test
