#pragma once

#include "support/deadline.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace pulsar::test {

/// A shell's command line, run in `directory`, with `pulsar` and `pulsar-bench` on its PATH.
launch shell_in(const temp_dir& directory, const std::string& line,
                std::vector<std::string> environment = {});

/// All that `line` prints, on either stream. What it leaves in the background may go on.
std::string output_of(const temp_dir& directory, const std::string& line, deadline limit = {});

/// Where a reader of a page has a daemon in the foreground. In what the page shows, 8080
/// stands for its port and 4711 for its pid; times, the clients' ports and what depends on the
/// machine are not compared.
class terminal {
  public:
    /// Returns when the daemon has started. Without --listen it gets a port that is free.
    terminal(const temp_dir& directory, const std::string& command);

    /// `text` with the port and the pid of this daemon.
    [[nodiscard]] std::string filled_in(std::string text) const;

    /// Expects `lines` to be logged next, perhaps after others. One that begins with `^C` follows
    /// that key; the daemon has to end with the lines, in order after one of these and by SIGINT
    /// after two.
    void follow(const std::vector<std::string>& lines);
    [[nodiscard]] bool ended() const { return interrupts_ > 0; }

  private:
    void expect_next(const std::vector<std::string>& wanted);
    void expect_end();

    process child_;
    std::string port_;
    std::ptrdiff_t shown_ = 0;
    int interrupts_ = 0;
};

}  // namespace pulsar::test
