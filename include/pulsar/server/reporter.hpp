#pragma once

#include "pulsar/net/control_strand.hpp"
#include "pulsar/net/counters.hpp"
#include "pulsar/net/handler_memory.hpp"
#include "pulsar/net/task.hpp"
#include "pulsar/server/registry.hpp"
#include "pulsar/server/totals.hpp"

#include <chrono>
#include <functional>

namespace pulsar::server {

/// Logs the registry, at an interval and when asked: a line of totals, and a line per connection.
/// Makes it in pieces, so that a loop with connections of its own goes on serving them meanwhile.
/// Lives on the control strand.
class reporter {
  public:
    /// `on_due` is called before each report, also where its level keeps it from the log. An
    /// interval of zero: only when asked.
    reporter(const net::control_strand& control, registry& source,
             std::function<traffic_totals()> totals, std::function<void()> on_due,
             std::chrono::milliseconds interval);

    /// Reports until stop(). Throws std::bad_alloc; what it does later needs no memory.
    void start();

    void report_now();
    void stop();

  private:
    net::task run();
    void log_totals() const;
    static bool log_some(registry::walk& walk);

    registry& registry_;
    std::function<traffic_totals()> totals_;
    std::function<void()> on_due_;
    std::chrono::milliseconds interval_;
    net::roomy_handler_memory memory_;  // operations of the timer live in it
    net::control_timer timer_;
    bool asked_ = false;
    bool stopped_ = false;
};

}  // namespace pulsar::server
