#pragma once

#include "pulsar/system/unique_fd.hpp"

#include <chrono>
#include <optional>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>

namespace pulsar::system {

/// The service manager that has started this process, if it wants to be told how it fares: by the
/// protocol of sd_notify(3), without libsystemd.
class service_manager {
  public:
    /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID (sd_watchdog_enabled(3)) and removes
    /// them, so that no child speaks in this one's place. Call it before anything starts a thread.
    /// Throws std::runtime_error, which names the variable; std::system_error if there is no socket
    /// to be had.
    service_manager();

    /// Whether there is one.
    bool is_listening() const noexcept { return socket_.get() >= 0; }

    /// How long it waits for one WATCHDOG=1 after another; nothing: for ever.
    std::optional<std::chrono::microseconds> watchdog() const noexcept { return watchdog_; }

    /// Sends `state`, such as `READY=1`, without waiting. False if it is to be tried again, since
    /// the manager has not read what was sent before, or memory is short. A manager that is gone
    /// has been told all that it can be. Allocates nothing.
    [[nodiscard]] bool tell(std::string_view state) const noexcept;

  private:
    unique_fd socket_;
    sockaddr_un address_{};
    socklen_t address_size_ = 0;
    std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace pulsar::system
