#pragma once

#include "pulsar/bench/plan.hpp"
#include "pulsar/bench/tally.hpp"
#include "pulsar/net/turn_queue.hpp"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace pulsar::bench {

/// What the connections of one thread share. A session uses the buffers between two suspension
/// points only: the next one overwrites them.
struct thread_state {
    static constexpr std::size_t buffer_size = std::size_t{256} * 1024;

    thread_state(const plan& shared, net::turn_queue::executor_type loop)
        : run(shared), turns(std::move(loop)) {}

    const plan& run;
    net::turn_queue turns;
    timetable times;
    time_point now = clock::now();  ///< of the last thing that happened
    std::unique_ptr<tally> counts = std::make_unique<tally>();
    std::vector<std::byte> in = std::vector<std::byte>(buffer_size);
    std::vector<std::byte> out = std::vector<std::byte>(buffer_size);
};

}  // namespace pulsar::bench
