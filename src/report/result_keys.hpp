#pragma once

#include "pulsar/bench/result.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

/// The keys of a result in JSON, in their order: once for what writes them, a json_writer and a
/// constant result, and for what reads them, a json_reader. A value that is derived from others is
/// read, too, so that it cannot be missing, and dropped.
namespace pulsar::report {

/// What is written of a histogram.
struct latency_record {
    using time = std::optional<std::chrono::nanoseconds>;  ///< none where nothing was recorded

    time min, mean, p50, p90, p99, p99_9, p99_99, max;
    std::vector<bench::histogram::bucket> buckets;  ///< those that are not empty
};

template <class Keys, class Counts, class CountOf>
void describe_kinds(Keys& keys, Counts& kinds, CountOf count_of, std::uint64_t total) {
    for (std::size_t i = 0; i < bench::failure_names.size(); ++i)
        keys.count(bench::failure_names.at(i), count_of(kinds.at(i)));
    keys.count("total", total);
}

template <class Keys, class Latency>
void describe_latency(Keys& keys, Latency& latency) {
    keys.microseconds("min", latency.min);
    keys.microseconds("mean", latency.mean);
    keys.microseconds("p50", latency.p50);
    keys.microseconds("p90", latency.p90);
    keys.microseconds("p99", latency.p99);
    keys.microseconds("p99_9", latency.p99_9);
    keys.microseconds("p99_99", latency.p99_99);
    keys.microseconds("max", latency.max);
}

template <class Keys, class SendLag>
void describe_send_lag(Keys& keys, SendLag& lag) {
    keys.microseconds("p50", lag.p50_us);
    keys.microseconds("p99", lag.p99_us);
    keys.microseconds("max", lag.max_us);
}

template <class Keys, class Interruptions>
void describe_interruptions(Keys& keys, Interruptions& were) {
    keys.object("disconnects", [&](auto& inner) {
        describe_kinds(
            inner, were.disconnects, [](auto& count) -> auto& { return count; },
            were.total_disconnects());
    });
    keys.count("resent_frames", were.resent_frames);
    keys.object("outages", [&](auto& inner) {
        inner.count("count", were.outages);
        inner.seconds("longest_s", were.longest_outage_s);
        inner.seconds("sum_s", were.outage_s);
    });
}

template <class Keys, class Second>
void describe_second(Keys& keys, Second& second, bool reconnects) {
    keys.seconds("t_s", second.t_s);
    keys.count("frames", second.frames);
    const bool any = second.frames > 0;
    keys.unless_null(any, "p50_us", [&](auto key) { keys.microseconds(key, second.p50_us); });
    keys.unless_null(any, "p99_us", [&](auto key) { keys.microseconds(key, second.p99_us); });
    keys.unless_null(reconnects, "disconnects",
                     [&](auto key) { keys.count(key, second.disconnects); });
    keys.unless_null(reconnects, "outage_s", [&](auto key) { keys.seconds(key, second.outage_s); });
}

template <class Keys, class Bucket>
void describe_bucket(Keys& keys, Bucket& bucket) {
    keys.microseconds("from_us", bucket.from);
    keys.microseconds("to_us", bucket.to);
    keys.count("count", bucket.count);
}

template <class Keys, class Result, class Latency>
void describe_result(Keys& keys, Result& run, Latency& latency) {
    keys.text("address", run.address);
    keys.word("mode", run.mode, bench::modes);
    keys.added_later("framing", [&](auto key) { keys.word(key, run.framing, bench::framings); });
    keys.count("connections", run.connections);
    keys.count("pipeline", run.pipeline);
    keys.sizes("frame_size", run.frame_size);
    keys.count("rate", run.rate);
    keys.count("threads", run.threads);
    keys.added_later("sources", [&](auto key) { keys.texts(key, run.sources); });
    keys.added_later("proxy_protocol", [&](auto key) {
        keys.word(key, run.proxy_protocol, protocol::proxy_header_versions);
    });
    keys.added_later("ramp_s", [&](auto key) { keys.seconds(key, run.ramp_s); });
    keys.seconds("warmup_s", run.warmup_s);
    keys.seconds("duration_s", run.duration_s);
    keys.count("frames", run.frames);
    auto frames_per_s = run.frames_per_s();
    keys.number("frames_per_s", frames_per_s, 3);
    auto mib_per_s = run.mib_per_s();
    keys.number("mib_per_s", mib_per_s, 6);
    keys.count("payload_bytes", run.payload_bytes);
    keys.object("latency_us", [&](auto& inner) { describe_latency(inner, latency); });
    keys.count("heartbeats", run.heartbeats);
    keys.object("errors", [&](auto& inner) {
        describe_kinds(
            inner, run.failures, [](auto& kind) -> auto& { return kind.connections; },
            run.failed_connections());
    });
    keys.count("lost_frames", run.lost_frames);
    keys.count("unsent_frames", run.unsent_frames);
    keys.added_later("busiest_thread", [&](auto key) { keys.seconds(key, run.busiest_thread); });
    keys.object_or_null("send_lag_us", run.send_lag,
                        [](auto& inner, auto& lag) { describe_send_lag(inner, lag); });
    auto limited = run.generator_limited();
    keys.added_later("generator_limited", [&](auto key) { keys.flag(key, limited); });
    keys.object_or_null("reconnect", run.reconnect,
                        [](auto& inner, auto& were) { describe_interruptions(inner, were); });
    const bool reconnects = run.reconnect.has_value();
    keys.objects("series", run.series,
                 [&](auto& inner, auto& second) { describe_second(inner, second, reconnects); });
    keys.objects("histogram", latency.buckets,
                 [](auto& inner, auto& bucket) { describe_bucket(inner, bucket); });
}

}  // namespace pulsar::report
