#pragma once

#include "support/deadline.hpp"
#include "support/json.hpp"
#include "support/process.hpp"

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::test {

/// How to run pulsar: the binary that PULSAR_BINARY names (at run time, else when compiled).
launch pulsar_with(const std::vector<std::string>& flags,
                   const std::vector<std::string>& environment = {});

/// A running pulsar that logs JSON to the test. A test has to see it end, or to kill it with
/// SIGKILL. The destructor fails the test when it did not, when the daemon ended otherwise than the
/// signals it got make it, or when it logged an error that the test had not announced.
class daemon {
  public:
    /// Listens on 127.0.0.1, port 0, unless `flags` hold `--listen`. Returns when it has started.
    /// The command of `how`, if there is one, is what runs it, such as a debugger.
    explicit daemon(std::vector<std::string> flags = {}, launch how = {});
    ~daemon();
    daemon(const daemon&) = delete;
    daemon& operator=(const daemon&) = delete;

    [[nodiscard]] process& child() { return child_; }
    /// Of the first listener.
    [[nodiscard]] std::string address();
    /// Of `--admin`.
    [[nodiscard]] std::string admin_address();
    [[nodiscard]] std::string port();

    /// All events so far; of one kind; of one connection's peer.
    const std::vector<event>& events();
    std::vector<event> events(std::string_view module, std::string_view msg,
                              std::string_view peer = {});
    /// Frees the memory of all events so far: they are as if they had not been logged.
    void forget_events();
    /// The first that is logged, or was; throws with the output at the deadline or the end.
    event wait_for(std::string_view module, std::string_view msg, std::string_view peer = {},
                   deadline limit = {});
    /// The first `count` of them.
    std::vector<event> wait_for_count(std::size_t count, std::string_view module,
                                      std::string_view msg, deadline limit = {});

    /// Makes it report; the totals.
    event report();

    /// The test makes it log this many lines of level `error`, in place of none.
    void provokes_errors(std::size_t count) { errors_provoked_ = count; }
    /// Expects it to hold, soon, no more descriptors than after its start and one for each
    /// connection that is open by what it has logged, or by a report that this makes it log.
    void expect_descriptors_at_baseline(deadline limit = {});

    /// Expect its descriptors at the baseline, and a signal to end it with exit code 0, a `stopped`
    /// line, an empty standard error and no unexpected line of level `error`; returns `stopped`.
    event expect_orderly_exit(int signal = SIGTERM);
    /// The same for one that has been told already, whose descriptors nobody can count.
    event expect_orderly_end();

  private:
    /// By the events, or by a report where these cannot tell.
    std::int64_t open_connections();
    void read_on();
    void count(const event& logged);
    void expect_promised_end();
    void expect_no_other_errors();
    std::vector<event> wait_until(std::size_t count, std::string_view module, std::string_view msg,
                                  std::string_view peer, deadline limit);

    const std::string log_levels_;
    process child_;
    std::vector<event> events_;
    std::size_t parsed_ = 0;
    std::size_t descriptors_ = 0;  // after the start
    std::int64_t open_connections_ = 0;
    bool lines_dropped_ = false;
    std::size_t errors_ = 0;
    std::size_t errors_provoked_ = 0;
    int exceptions_before_;
};

}  // namespace pulsar::test
