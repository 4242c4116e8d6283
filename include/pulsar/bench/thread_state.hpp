#pragma once

#include "pulsar/bench/connector.hpp"
#include "pulsar/bench/hiccup.hpp"
#include "pulsar/bench/plan.hpp"
#include "pulsar/bench/tally.hpp"
#include "pulsar/net/turn_queue.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace pulsar::bench {

class session;

/// What the connections of one thread share. A session uses the buffers between two suspension
/// points only: the next one overwrites them.
struct thread_state {
    static constexpr std::size_t buffer_size = std::size_t{256} * 1024;

    /// Of connections number `from` and the `count - 1` after it.
    thread_state(const plan& shared, net::turn_queue::executor_type loop, std::uint32_t from,
                 std::uint32_t count)
        : run(shared),
          turns(std::move(loop)),
          pace_timer(turns.executor()),
          first(from),
          sessions(count) {
        for (std::uint32_t i = 0; i < count; ++i)
            connectors.emplace_back(shared, from + i);
    }

    /// Whether a connection that is closed is to be followed by the next one: the end has not come,
    /// and what is not made is not given up.
    bool goes_on() const noexcept { return !gives_up && clock::now() < times.end; }

    const plan& run;
    net::turn_queue turns;
    /// With a rate, waits until the next frame is due of a session that may send it, but not long.
    /// One that may send an earlier one cancels the wait.
    boost::asio::steady_timer pace_timer;
    timetable times;
    time_point now = clock::now();  ///< of the last thing that happened
    bench::hiccup hiccup;           ///< with a rate
    bool gives_up = false;          ///< what is not connected yet has failed
    time_point answered_at;         ///< when a server has last accepted or refused a connection
    std::uint32_t first;
    std::vector<connector> connectors;
    std::vector<session*> sessions;  ///< those that are there, by their number in this thread
    std::unique_ptr<tally> counts = std::make_unique<tally>();
    std::vector<std::byte> in = std::vector<std::byte>(buffer_size);
    std::vector<std::byte> out = std::vector<std::byte>(buffer_size);
};

}  // namespace pulsar::bench
