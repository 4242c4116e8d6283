#pragma once

#include "pulsar/net/event_loop.hpp"
#include "pulsar/net/listener.hpp"
#include "pulsar/server/options.hpp"
#include "pulsar/server/registry.hpp"
#include "pulsar/server/reporter.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace pulsar::server {

/// The whole: event loops, listeners, registry and reporter, from the first connection to the last.
///
///     server s(options);
///     s.listen();                   // s.addresses() has the real ports
///     bool orderly = s.run(stop);   // serves, until `stop` is requested; then drains
class server final : private net::listener::owner {
  public:
    /// Throws boost::system::system_error if the loops cannot be set up.
    explicit server(options opts);
    server(const server&) = delete;
    server& operator=(const server&) = delete;
    ~server();

    /// Listens on every address of the options. Once, before run(). Throws net::listen_error.
    void listen();

    /// Where it listens, as the log shows it: "127.0.0.1:8080", with the port that the kernel
    /// picked.
    std::vector<std::string> addresses() const;

    /// Serves on this thread and `threads - 1` others. Returns when a drain has ended: true, or
    /// false if it was a broken listener that began it. Call it once. Signals are for this thread:
    /// the others block them. Throws std::system_error, with nobody served, if a thread cannot be
    /// started.
    bool run(const std::stop_token& stop = {});

    /// Begins to drain, once; `cause` is for the log: a literal, the signal's name. Any thread.
    void drain(std::string_view cause);

    /// Logs the registry now. Any thread.
    void report();

    /// `ended` is called on the control strand when the drain has ended: time to cancel what else
    /// waits there, since run() returns only when nothing does. Set it before run().
    void on_ended(std::function<void()> ended) { ended_ = std::move(ended); }

    /// What is shared lives on this strand; it runs on the first loop.
    const net::control_strand& control() const noexcept { return control_; }

  private:
    enum class phase : std::uint8_t { serving, draining, done };

    bool has_room() const noexcept override { return registry_.size() < options_.max_connections; }
    void on_accepted(net::accepted socket, std::string peer) override;
    void on_refused() noexcept override { ++refused_; }
    void on_broken(const net::listener& which, const std::error_code& error) override;

    std::vector<std::jthread> start_threads();
    void start();
    void begin_drain(std::string_view cause);
    void cut_off();
    void on_removed();
    void finish();
    traffic_totals totals() const noexcept;
    void log_started() const;
    void log_stopped(net::time_point started_at) const;

    const options options_;
    std::vector<std::unique_ptr<net::event_loop>> loops_;
    net::control_strand control_;
    registry registry_;
    reporter reporter_;
    std::vector<std::unique_ptr<net::listener>> listeners_;
    net::roomy_handler_memory drain_memory_;
    net::control_timer drain_timer_;
    std::function<void()> ended_ = [] {};
    std::uint64_t refused_ = 0;
    phase phase_ = phase::serving;
    bool listener_broke_ = false;
};

}  // namespace pulsar::server
