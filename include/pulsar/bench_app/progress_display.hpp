#pragma once

#include "pulsar/bench/progress.hpp"

#include <string>

namespace pulsar::bench_app {

/// At most 79 columns, without a newline.
std::string progress_line(bench::mode what, const bench::progress& now);

/// Shows one line after the other in the same place, where standard error is a terminal; else
/// nothing.
class progress_display {
  public:
    progress_display();
    ~progress_display();  ///< takes the line away
    progress_display(const progress_display&) = delete;
    progress_display& operator=(const progress_display&) = delete;

    void show(bench::mode what, const bench::progress& now) const;

  private:
    bool terminal_;
};

}  // namespace pulsar::bench_app
