#pragma once

#include "pulsar/bench/result.hpp"
#include "pulsar/bench_app/invocation.hpp"
#include "pulsar/bench_app/output_file.hpp"

#include <optional>
#include <string>
#include <vector>

namespace pulsar::bench_app {

/// Throws std::runtime_error with the system's reason.
void write_standard_output(const std::string& text);

/// Where a result goes: standard output, and the files of --html and --hdr.
class result_output {
  public:
    /// Opens the files. Throws std::runtime_error.
    explicit result_output(const invocation& asked);

    /// What could not be written, a line each; the others are written all the same.
    std::vector<std::string> write(const bench::result& measured);

  private:
    bool json_;
    std::optional<output_file> html_;
    std::optional<output_file> hdr_;
};

}  // namespace pulsar::bench_app
