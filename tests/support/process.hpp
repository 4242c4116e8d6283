#pragma once

#include "support/capture.hpp"
#include "support/deadline.hpp"

#include <array>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace pulsar::test {

/// How a child is started. Of our environment it gets neither PULSAR_* nor what a service manager
/// has set for us (NOTIFY_SOCKET, WATCHDOG_*, LISTEN_*, JOURNAL_STREAM).
struct launch {
    static constexpr int null = -1;   ///< /dev/null
    static constexpr int piped = -2;  ///< to the test
    static constexpr int closed = -3;

    std::vector<std::string> command{};      ///< the program, found along PATH, and its arguments
    std::vector<std::string> environment{};  ///< `NAME=value`, added to ours
    std::array<int, 3> standard{null, piped, piped};  ///< descriptors 0 to 2, or what stands above
    std::vector<std::pair<int, rlim_t>> limits{};     ///< RLIMIT_*: soft and hard
    /// Become 3 and what follows, with LISTEN_FDS and LISTEN_PID for the child (sd_listen_fds(3)).
    std::vector<int> handed{};
    std::optional<int> without_capability{};  ///< CAP_*, kept from a child that runs as root
};

/// How a child ended: by exit() or by a signal.
struct ending {
    int code = -1;
    int signal = 0;

    friend bool operator==(const ending&, const ending&) = default;
    friend std::ostream& operator<<(std::ostream& out, const ending& how);
};
inline ending exited(int code) {
    return {code, 0};
}
inline ending killed_by(int signal) {
    return {-1, signal};
}

/// A child. The destructor kills it, and nothing else, with SIGKILL and reaps it. It fails the test
/// when a sanitizer has reported something to a captured stream, and prints what the child wrote
/// when the test has failed by then.
class process {
  public:
    explicit process(const launch& how);
    ~process();
    process(const process&) = delete;
    process& operator=(const process&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    void send(int signal);
    /// All that the test has sent.
    [[nodiscard]] const std::vector<int>& signals() const { return signals_; }
    /// Throws, with what the child wrote, when it has not ended by then.
    ending wait(deadline limit = {});
    /// Whether wait() has seen its end.
    [[nodiscard]] bool ended() const { return ending_.has_value(); }
    [[nodiscard]] capture& out() { return *out_; }
    [[nodiscard]] capture& err() { return *err_; }
    /// The ends of both streams, for the text of a failure.
    [[nodiscard]] std::string transcript() const;

  private:
    pid_t pid_ = -1;
    std::string name_;
    std::unique_ptr<capture> out_;
    std::unique_ptr<capture> err_;
    std::vector<int> signals_;
    std::optional<ending> ending_;
    int exceptions_before_;
};

struct outcome {
    ending how;
    std::string out;
    std::string err;
};

/// Runs a command to its end.
outcome run(const launch& how, deadline limit = {});

}  // namespace pulsar::test
