#pragma once

#include "support/client.hpp"
#include "support/deadline.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace pulsar::test {

using latencies = std::vector<std::chrono::nanoseconds>;

/// Clients that a daemon has to treat well, whatever others do.
class pings {
  public:
    pings(const std::string& address, std::size_t clients);

    /// Each client sends a small frame, all at a time; how long each echo took. Throws when one is
    /// wrong or does not come.
    latencies round(deadline limit = {});
    /// Of `count` rounds.
    latencies rounds(std::size_t count, deadline limit = {});

  private:
    std::vector<client> clients_;
};

/// The least value that `share` of them do not exceed.
std::chrono::microseconds percentile(latencies values, double share);

/// `p50 PPP us, p99 PPP us, max PPP us`
std::string summary(const latencies& values);

}  // namespace pulsar::test
