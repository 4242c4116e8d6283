#pragma once

#include "pulsar/bench/frame_pattern.hpp"
#include "pulsar/bench/options.hpp"
#include "pulsar/bench/schedule.hpp"
#include "pulsar/bench/server.hpp"
#include "pulsar/net/clock.hpp"

#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <utility>

namespace pulsar::bench {

using net::clock;
using net::time_point;

inline constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

/// What all threads of a run share, and nobody changes.
struct plan {
    plan(const options& wanted, std::deque<server> where)
        : what(wanted), servers(std::move(where)), frames(wanted.frame_size, wanted.framing) {
        if (wanted.rate) arrivals.emplace(*wanted.rate, wanted.connections);
    }

    /// How many frames the connection sends that are measured.
    std::uint64_t quota(std::uint64_t connection) const noexcept {
        if (what.mode == mode::idle) return 0;
        if (!what.frames) return unlimited;
        const auto all = *what.frames;
        return all / what.connections + (connection < all % what.connections ? 1 : 0);
    }

    /// When the connection is opened; where one follows another, the first of them.
    time_point opens_at(std::uint64_t connection) const noexcept {
        return opens_from + what.ramp * connection / what.connections;
    }

    options what;
    std::deque<server> servers;  ///< in turn over the connections
    time_point opens_from = clock::now();
    frame_pattern frames;
    std::optional<schedule> arrivals;  ///< none: closed loop
};

/// When what happens.
struct timetable {
    time_point start = time_point::max();
    time_point measured_from = time_point::max();
    time_point end = time_point::max();

    /// Not the warm-up, nor the wait after the end.
    bool measures(time_point now) const noexcept { return now >= measured_from && now < end; }
};

}  // namespace pulsar::bench
