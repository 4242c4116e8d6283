#pragma once

#include "pulsar/net/event_loop.hpp"
#include "pulsar/net/listener.hpp"
#include "pulsar/server/control_request.hpp"
#include "pulsar/server/options.hpp"
#include "pulsar/server/registry.hpp"
#include "pulsar/server/reporter.hpp"
#include "pulsar/server/totals.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace pulsar::server {

/// The whole: event loops, listeners, registry and reporter, from the first connection to the last.
///
///     server s(options);
///     s.listen();                   // s.addresses() has the real ports
///     bool orderly = s.run(stop);   // serves, until `stop` is requested; then drains
class server final : private net::listener::observer {
  public:
    /// Who lives on the control strand as long as the server serves. Called there; only
    /// on_started() may throw.
    class observer {
      public:
        /// All listen and accept. What it throws ends the server.
        virtual void on_started() = 0;
        virtual void on_report() {}    ///< one is due
        virtual void on_stopping() {}  ///< once: a drain begins, or its delay
        /// The drain has ended. Time to cancel what waits on the strand: run() returns when nothing
        /// does.
        virtual void on_ended() = 0;

      protected:
        ~observer() = default;
    };

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
    /// the others block them. Throws, with nobody served, std::system_error if a thread cannot be
    /// started, std::bad_alloc, or what an observer has thrown.
    bool run(const std::stop_token& stop = {});

    /// Makes it drain, once and after `drain_delay`; `cause` is for the log: a literal, the
    /// signal's name. Any thread.
    void request_drain(const char* cause) noexcept;

    /// Makes it log the registry. Any thread.
    void request_report() noexcept { report_request_.ask(); }

    /// Before run(). `who` outlives it.
    void observe(observer& who) { observers_.push_back(&who); }

    /// What is shared lives on this strand; it runs on the first loop.
    const net::control_strand& control() const noexcept { return control_; }
    net::event_loop& control_loop() noexcept { return *loops_.front(); }

    // What the admin endpoint shows. On the control strand.
    registry& connections() noexcept { return registry_; }
    traffic_totals totals() const noexcept;
    const std::vector<std::unique_ptr<net::listener>>& listeners() const noexcept {
        return listeners_;
    }
    std::size_t max_connections() const noexcept { return options_.max_connections; }
    /// From the first request to drain on, in the delay too.
    bool is_stopping() const noexcept { return phase_ != phase::serving; }
    /// From then to the end of the drain.
    std::chrono::milliseconds longest_stop() const noexcept {
        return options_.drain_delay + options_.drain_timeout;
    }

    // For the watchdog. On the control strand; it takes no memory.
    void request_answers() noexcept;  ///< of all loops; not again before have_answered()
    bool have_answered() const noexcept;

    /// On the control strand, for listeners of others too: logs it and drains, and run() returns
    /// false.
    void on_broken(const net::listener& which, int error) override;

  private:
    enum class phase : std::uint8_t { serving, delayed, draining, done };

    bool has_room() const noexcept override {
        return registry_.places_taken() < options_.max_connections;
    }
    void on_accepted(net::listener_record& by, net::unique_socket socket,
                     std::string peer) override;
    void on_refused(net::listener::refusal why) noexcept override;

    std::vector<std::jthread> start_threads();
    void abandon() noexcept;

    // These run on the control strand, take no memory, and throw nothing but what start() catches:
    // an exception would leave a drain without an end.
    void start();
    void begin_to_stop();
    void stop_at_once();
    void announce_stop();
    void on_report();
    void set_drain_timer(std::chrono::milliseconds after);
    void on_drain_timer();
    void drain(std::string_view cause);
    void cut_off();
    void on_removed();
    void finish();

    void log_started() const;
    void log_stopped(net::time_point started_at) const;

    const options options_;

    // Operations of the loops live in these, which therefore go last.
    control_request start_request_;
    control_request drain_request_;
    control_request report_request_;
    registry registry_;
    net::roomy_handler_memory drain_memory_;

    std::vector<std::unique_ptr<net::event_loop>> loops_;
    net::control_strand control_;
    reporter reporter_;
    std::vector<std::unique_ptr<net::listener>> listeners_;
    net::control_timer drain_timer_;
    std::vector<observer*> observers_;
    std::atomic<const char*> drain_cause_ = nullptr;
    std::exception_ptr start_error_;
    refusals refused_;
    phase phase_ = phase::serving;
    bool listener_broke_ = false;
};

}  // namespace pulsar::server
