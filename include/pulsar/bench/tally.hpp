#pragma once

#include "pulsar/bench/histogram.hpp"
#include "pulsar/bench/result.hpp"
#include "pulsar/net/clock.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace pulsar::bench {

/// What one thread has counted since it was last asked.
struct tally {
    std::uint64_t payload_bytes = 0;  ///< of the frames in `latency`
    std::uint64_t lost_frames = 0;
    std::uint64_t heartbeats = 0;
    std::array<failure_count, failure_names.size()> failures;
    interruptions interrupted;

    /// The outages of `interrupted`, in the seconds that they were in, from 0. A tally is taken a
    /// little late, and so has some of the next second.
    std::map<std::int64_t, net::clock::duration> outages_by_second;

    std::uint64_t restored = 0;  ///< connections that were made again, each once in an outage
    histogram latency;
    histogram send_lag;  ///< with a rate

    void fail(failure kind, std::string what) {
        auto& count = failures[static_cast<std::size_t>(kind)];
        if (count.connections++ == 0) count.first = std::move(what);
    }
};

/// All but the latencies.
inline void add_counts(result& to, const tally& from) {
    to.frames += from.latency.count();
    to.payload_bytes += from.payload_bytes;
    to.lost_frames += from.lost_frames;
    to.heartbeats += from.heartbeats;
    if (to.reconnect) to.reconnect->add(from.interrupted);
    for (std::size_t i = 0; i < to.failures.size(); ++i) {
        auto& sum = to.failures[i];
        if (sum.connections == 0) sum.first = from.failures[i].first;
        sum.connections += from.failures[i].connections;
    }
}

}  // namespace pulsar::bench
