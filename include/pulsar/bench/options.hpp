#pragma once

#include "pulsar/bench/framing.hpp"
#include "pulsar/bench/mode.hpp"
#include "pulsar/bench/size_range.hpp"
#include "pulsar/net/address.hpp"
#include "pulsar/protocol/proxy_header.hpp"

#include <boost/asio/ip/address.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace pulsar::bench {

/// What a run does.
struct options {
    /// Share the connections evenly, in turn. None is of kind `handed`.
    std::vector<net::address> targets{{.host = "127.0.0.1", .port = 8080, .path = {}}};
    bench::mode mode = mode::echo;
    bench::framing framing = framing::length;
    std::size_t connections = 50;
    size_range frame_size;
    std::size_t pipeline = 1;  ///< most frames in flight on a connection
    std::chrono::milliseconds duration = std::chrono::seconds(10);
    std::optional<std::uint64_t> frames;  ///< ends the run in place of `duration`
    std::optional<std::uint64_t> rate;    ///< frames a second on all connections; none: closed loop
    std::chrono::milliseconds warmup = std::chrono::seconds(1);  ///< before what is measured

    /// How long to wait for a connection, and after the end for echoes that are under way.
    std::chrono::milliseconds timeout = std::chrono::seconds(2);
    std::chrono::milliseconds ramp{0};  ///< over which the connections are opened, evenly
    unsigned threads = 1;
    bool reconnect = false;  ///< makes a connection again that has ended

    /// Each connection that is made takes the next one; none: the system picks.
    std::vector<boost::asio::ip::address> sources;
    /// The header that each connection begins with, of its own addresses.
    std::optional<protocol::proxy_header::version> proxy_protocol;
};

}  // namespace pulsar::bench
