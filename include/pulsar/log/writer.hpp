#pragma once

#include "pulsar/log/write_loop.hpp"

#include <memory>
#include <thread>

namespace pulsar::log {

/// The thread that runs a write_loop.
class writer {
  public:
    /// Starts the thread. Throws std::system_error when there cannot be one.
    writer(std::shared_ptr<line_queue> queue, std::unique_ptr<output> out, write_loop::hooks owner);
    /// Closes the queue and waits for its lines to be written, as close() says. A thread that hangs
    /// in a system call is left behind with all that it refers to.
    ~writer();
    writer(const writer&) = delete;
    writer& operator=(const writer&) = delete;

  private:
    const std::shared_ptr<line_queue> queue_;
    const std::shared_ptr<write_loop> loop_;
    std::thread thread_;
};

}  // namespace pulsar::log
