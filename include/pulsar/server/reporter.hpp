#pragma once

#include "pulsar/net/counters.hpp"
#include "pulsar/server/registry.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>

namespace pulsar::server {

/// Sums over all loops and all connections that ever were.
struct traffic_totals {
    std::uint64_t frames = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t heartbeats = 0;
    std::uint64_t refused = 0;
};

/// Logs the registry, at an interval and when asked: a line of totals, and a line per connection.
/// Makes it in pieces, so that a loop with connections of its own goes on serving them meanwhile.
/// Lives on the control strand.
class reporter {
  public:
    /// An interval of zero: only when asked.
    reporter(const net::control_strand& control, registry& source,
             std::function<traffic_totals()> totals, std::chrono::milliseconds interval);

    /// Reports until stop().
    boost::asio::awaitable<void> run();

    void report_now();
    void stop();

  private:
    boost::asio::awaitable<void> report();

    registry& registry_;
    std::function<traffic_totals()> totals_;
    std::chrono::milliseconds interval_;
    boost::asio::steady_timer timer_;
    bool asked_ = false;
    bool stopped_ = false;
};

}  // namespace pulsar::server
