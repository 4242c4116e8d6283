#pragma once

#include "support/deadline.hpp"
#include "support/json.hpp"
#include "support/process.hpp"

#include <csignal>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::test {

/// How to run pulsar: the binary that PULSAR_BINARY names (at run time, else when compiled).
launch pulsar_with(const std::vector<std::string>& flags,
                   const std::vector<std::string>& environment = {});

/// A running pulsar that logs JSON to the test.
class daemon {
  public:
    /// Listens on 127.0.0.1, port 0, unless `flags` hold `--listen`. Returns when it has started.
    explicit daemon(std::vector<std::string> flags = {}, launch how = {});

    [[nodiscard]] process& child() { return child_; }
    /// Of the first listener.
    [[nodiscard]] std::string address();
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

    /// Expect a signal to end it with exit code 0, a `stopped` line, an empty standard error and no
    /// line of level `error`; returns `stopped`.
    event expect_orderly_exit(int signal = SIGTERM);
    /// The same for one that has been told already.
    event expect_orderly_end();

  private:
    void read_on();
    std::vector<event> wait_until(std::size_t count, std::string_view module, std::string_view msg,
                                  std::string_view peer, deadline limit);

    process child_;
    std::vector<event> events_;
    std::size_t parsed_ = 0;
};

}  // namespace pulsar::test
