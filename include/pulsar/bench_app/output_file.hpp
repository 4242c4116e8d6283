#pragma once

#include "pulsar/system/unique_fd.hpp"

#include <string>

namespace pulsar::bench_app {

/// A file that a result goes to. It is opened before the run, so that a mistake in its name does
/// not cost one; what it holds stays there until it is written.
class output_file {
  public:
    /// Creates it if need be. Throws std::runtime_error, as write() does: one printable line with
    /// the path and the system's reason.
    explicit output_file(std::string path);

    /// Replaces what it holds. Once.
    void write(const std::string& content);

  private:
    [[noreturn]] void fail(int error) const;

    std::string path_;
    system::unique_fd file_;
};

}  // namespace pulsar::bench_app
