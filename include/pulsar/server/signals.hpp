#pragma once

#include "pulsar/net/handler_memory.hpp"
#include "pulsar/server/server.hpp"

#include <boost/asio/basic_signal_set.hpp>

namespace pulsar::server {

/// What the process does on signals, while this object lives (signal(7)):
///
/// - SIGINT, SIGTERM: the first one begins the drain. The second one, of either, kills the process
///   at once, by its default action, which no stuck loop or logger can hold up. As PID 1 of a
///   container, for which the kernel ignores default actions, the process exits with 128 + signal.
///   Once this object has ended, while the log is written out, that still holds, except that there
///   is nothing left to drain.
/// - SIGHUP: reopens the log file. SIGUSR1: reports the registry. SIGPIPE: ignored.
class signals final : private server::observer {
  public:
    /// Before target.run(), which it outlives. Those that come before run() are handled then.
    /// Throws boost::system::system_error.
    explicit signals(server& target);
    ~signals();
    signals(const signals&) = delete;
    signals& operator=(const signals&) = delete;

  private:
    void on_started() override { wait(); }
    void on_ended() override;
    void wait();
    void on_signal(int number);

    server& server_;
    net::roomy_handler_memory memory_;
    boost::asio::basic_signal_set<net::control_strand> set_;
    bool ended_ = false;
};

}  // namespace pulsar::server
