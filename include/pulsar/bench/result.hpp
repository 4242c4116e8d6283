#pragma once

#include "pulsar/bench/framing.hpp"
#include "pulsar/bench/histogram.hpp"
#include "pulsar/bench/mode.hpp"
#include "pulsar/bench/size_range.hpp"
#include "pulsar/protocol/proxy_header.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::bench {

/// How a connection can end badly. Each connection counts once, by the first thing that went wrong.
enum class failure : std::uint8_t {
    refused,   ///< connect(2) was refused
    reset,     ///< the server reset the connection
    closed,    ///< the server closed it before all was echoed
    timeout,   ///< no connection, or no echo, in time
    mismatch,  ///< bytes that are neither the echo nor a heartbeat
    other,     ///< any other error of the system
};
inline constexpr std::array<std::string_view, 6> failure_names{"refused", "reset",    "closed",
                                                               "timeout", "mismatch", "other"};

struct failure_count {
    std::uint64_t connections = 0;
    std::string first;  ///< what happened to the first of them, in words

    bool operator==(const failure_count&) const = default;
};

/// What it meant that connections ended which were made again: after the warm-up and before the
/// end.
struct interruptions {
    /// By how the connection ended; no failed attempt to make it again is among them.
    std::array<std::uint64_t, failure_names.size()> disconnects{};
    std::uint64_t resent_frames = 0;  ///< a frame counts each time that it is sent again

    /// An outage is a connection's time from its end to the first echo after it, in `idle` to the
    /// connect.
    std::uint64_t outages = 0;
    double longest_outage_s = 0;
    double outage_s = 0;  ///< of all together

    std::uint64_t total_disconnects() const;
    void add(const interruptions& more);

    bool operator==(const interruptions&) const = default;
};

/// One second of the run, or several in which the process stood still, by when the echoes came.
struct second {
    double t_s = 0;  ///< its end, from the beginning of what is measured
    std::uint64_t frames = 0;
    double p50_us = 0;
    double p99_us = 0;
    std::uint64_t disconnects = 0;
    double outage_s = 0;  ///< of all connections together

    bool operator==(const second&) const = default;
};

/// How late frames went out that were due by the rate and had room, or would have had some: what
/// the generator itself adds to the latencies.
struct send_lag {
    double p50_us = 0;
    double p99_us = 0;
    double max_us = 0;

    bool operator==(const send_lag&) const = default;
};

/// What a run has measured. A frame counts if it was sent, or with a rate should have been sent,
/// after the warm-up and before the end, and its echo came at all.
struct result {
    std::string address;  ///< as the user wrote it; of several, with commas between them
    bench::mode mode = mode::echo;
    bench::framing framing = framing::length;
    std::size_t connections = 0;
    std::size_t pipeline = 0;
    size_range frame_size;
    std::optional<std::uint64_t> rate;
    unsigned threads = 0;
    std::vector<std::string> sources;  ///< addresses, in turn; none: the system picked them
    std::optional<protocol::proxy_header::version> proxy_protocol;
    double ramp_s = 0;
    double warmup_s = 0;
    double duration_s = 0;  ///< as measured
    std::uint64_t frames = 0;
    std::uint64_t payload_bytes = 0;  ///< of these frames, one way
    std::uint64_t lost_frames = 0;    ///< sent, and not echoed
    std::uint64_t unsent_frames = 0;  ///< due by the rate, and not sent before the end
    std::uint64_t heartbeats = 0;
    bool ended_by_silence = false;  ///< before all frames of a run of a number of them
    std::array<failure_count, failure_names.size()> failures;
    std::optional<interruptions> reconnect;  ///< none: a connection that ends is a failure
    std::vector<second> series;
    histogram latency;

    /// CPU seconds per second of what is measured, of the thread that took the most.
    double busiest_thread = 0;
    std::optional<bench::send_lag> send_lag{};  ///< with a rate, and a frame that was sent

    std::uint64_t failed_connections() const;  ///< of all kinds
    double frames_per_s() const;
    double mib_per_s() const;

    /// Whether the generator itself was the limit, and not the server: a thread at more than 95 %
    /// of a CPU, or a send_lag of more than 1 ms at p99.
    bool generator_limited() const;

    bool operator==(const result&) const = default;
};

}  // namespace pulsar::bench
