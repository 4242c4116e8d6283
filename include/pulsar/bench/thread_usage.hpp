#pragma once

#include "pulsar/net/clock.hpp"

#include <ctime>
#include <optional>

namespace pulsar::bench {

/// What a thread takes of a CPU between two times. It calls this itself.
class thread_usage {
  public:
    void begin() noexcept { from_ = moment(); }
    /// The first call counts.
    void end() noexcept {
        if (!until_) until_ = moment();
    }

    /// CPU seconds per second; 0 unless there was a time to measure.
    double cpus() const noexcept {
        if (!from_ || !until_ || until_->at <= from_->at) return 0;
        return (until_->cpu_s - from_->cpu_s) / net::to_seconds(until_->at - from_->at);
    }

  private:
    struct moment {
        net::time_point at = net::clock::now();
        double cpu_s = cpu_time();
    };

    static double cpu_time() noexcept {
        timespec time{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
    }

    std::optional<moment> from_;
    std::optional<moment> until_;
};

}  // namespace pulsar::bench
