#pragma once

#include "pulsar/bench/result.hpp"
#include "pulsar/bench/tally.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace pulsar::bench {

/// The seconds of a run, one after the other.
class series {
  public:
    void add(const tally& counts);

    /// What was added since the last one was that second, which ended at `t_s`. Returns whether it
    /// was silent: no echo came, and no connection was made again.
    bool end_second(double t_s);

    /// The last one ends with the run. A thread may find only at the end of a second that all was
    /// done before: then that second is the last.
    void end_run(double t_s);

    const std::vector<second>& seconds() const noexcept { return seconds_; }

    /// What the last one covers: more than a second where the run has stood still. There is one.
    double last_length_s() const noexcept;

  private:
    void add_outages();

    tally current_;
    std::map<std::int64_t, net::clock::duration> outages_;  // by second
    std::vector<second> seconds_;
};

}  // namespace pulsar::bench
