#pragma once

#include "pulsar/bench/result.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace pulsar::bench {

/// Where a run stands, once a second.
struct progress {
    double elapsed_s = 0;           ///< since the load began
    bool warming_up = false;        ///< nothing is measured yet
    std::optional<double> total_s;  ///< of load, with the warm-up; none with a number of frames
    std::optional<std::uint64_t> total_frames;
    std::uint64_t frames = 0;  ///< measured so far
    second last;               ///< the second that has just passed
    std::uint64_t heartbeats = 0;
    std::uint64_t failed_connections = 0;
};

/// At most 79 columns, without a newline.
std::string progress_line(mode what, const progress& now);

/// Shows one line after the other in the same place, where standard error is a terminal; else
/// nothing.
class progress_display {
  public:
    progress_display();
    ~progress_display();  ///< takes the line away
    progress_display(const progress_display&) = delete;
    progress_display& operator=(const progress_display&) = delete;

    void show(mode what, const progress& now) const;

  private:
    bool terminal_;
};

}  // namespace pulsar::bench
