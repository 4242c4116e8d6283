#pragma once

#include "pulsar/net/address.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace pulsar::bench {

enum class mode : std::uint8_t {
    echo,   ///< frames on connections that stay
    idle,   ///< connections that stay and send nothing
    churn,  ///< a connection for each frame
};

/// Payload bytes; each frame's size is drawn from it, the ends included.
struct size_range {
    std::uint32_t least = 64;
    std::uint32_t most = 64;

    bool operator==(const size_range&) const = default;
};

/// What a run does.
struct options {
    net::address target{.host = "127.0.0.1", .port = 8080, .path = {}};
    bench::mode mode = mode::echo;
    std::size_t connections = 50;
    size_range frame_size;
    std::size_t pipeline = 1;  ///< most frames in flight on a connection
    std::chrono::milliseconds duration = std::chrono::seconds(10);
    std::optional<std::uint64_t> frames;  ///< ends the run in place of `duration`
    std::optional<std::uint64_t> rate;    ///< frames a second on all connections; none: closed loop
    std::chrono::milliseconds warmup = std::chrono::seconds(1);  ///< before what is measured

    /// How long to wait for a connection, and after the end for echoes that are under way.
    std::chrono::milliseconds timeout = std::chrono::seconds(2);
    unsigned threads = 1;
    bool reconnect = false;  ///< makes a connection again that has ended
};

}  // namespace pulsar::bench
