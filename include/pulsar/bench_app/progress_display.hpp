#pragma once

#include "pulsar/bench/mode.hpp"
#include "pulsar/bench/progress.hpp"

#include <cstddef>
#include <string>

namespace pulsar::bench_app {

/// As much as fits into `columns`, the most important words first; without a newline.
std::string progress_line(bench::mode what, const bench::progress& now, std::size_t columns);

/// Shows one line after the other in the same place, where standard error is a terminal that can
/// take a line away (`TERM` names one, and not `dumb`); else nothing.
class progress_display {
  public:
    progress_display();
    ~progress_display();  ///< takes the line away
    progress_display(const progress_display&) = delete;
    progress_display& operator=(const progress_display&) = delete;

    void show(bench::mode what, const bench::progress& now) const;

  private:
    bool shown_;
};

}  // namespace pulsar::bench_app
