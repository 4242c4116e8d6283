#pragma once

#include "pulsar/net/clock.hpp"
#include "pulsar/net/control_strand.hpp"
#include "pulsar/net/handler_memory.hpp"
#include "pulsar/net/task.hpp"
#include "pulsar/server/server.hpp"
#include "pulsar/system/service_manager.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace pulsar::server {

/// Tells the service manager how the server fares (sd_notify(3)): that it is ready, its status at
/// each report, that it stops and how long that may take, and that its loops live. What the manager
/// does not take at once it is told again. Lives on the control strand.
class service_notifier final : private server::observer {
  public:
    /// Before target.run(); both outlive it. The last observer: the others have started, and
    /// listen, before it says so.
    service_notifier(server& target, const system::service_manager& manager);

  private:
    /// What the manager is yet to be told.
    struct messages {
        bool ready = false;
        bool status = false;
        bool stopping = false;
        bool keep_alive = false;  ///< WATCHDOG=1, once all loops have answered

        bool any() const noexcept { return ready || status || stopping || keep_alive; }
    };

    void on_started() override;
    void on_report() override;
    void on_stopping() override;
    void on_ended() override;

    net::task run();
    void send(bool& what);
    void send_pending() noexcept;

    server& server_;
    const system::service_manager& manager_;
    const net::clock::duration keep_alive_interval_;
    const net::clock::duration retry_interval_;
    net::roomy_handler_memory memory_;  // operations of the timer live in it
    net::control_timer timer_;
    net::time_point next_keep_alive_ = net::time_point::max();
    messages pending_;
    std::array<char, 64> status_{};  // ends in a NUL
    std::uint64_t frames_ = 0;       // at the last report, and when that was
    net::time_point reported_at_;
    bool ended_ = false;
};

}  // namespace pulsar::server
