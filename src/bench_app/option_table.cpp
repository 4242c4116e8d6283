#include "pulsar/bench_app/option_table.hpp"

#include "pulsar/cli/codecs.hpp"
#include "pulsar/net/mapped_address.hpp"

#include <limits>
#include <utility>

namespace pulsar::bench_app {
namespace {

using namespace std::chrono_literals;

cli::codec frame_size(bench::size_range& into) {
    return cli::scalar(
        cli::toml_shape::text,
        "a size from 0B to 1GiB, such as 64B, or two with the smaller one first, such as 64-1KiB",
        into,
        [](std::string_view text) {
            constexpr std::uint64_t largest = std::uint64_t{1} << 30U;
            const auto sizes = bench::parse_size_range(text);
            return sizes && sizes->most <= largest ? sizes : std::nullopt;
        },
        [](const bench::size_range& value) { return to_string(value); });
}

cli::codec file_path(std::optional<std::string>& into) {
    return cli::scalar(
        cli::toml_shape::text, "the path of a file", into,
        [](const std::string& path) { return path.empty() ? std::nullopt : std::optional(path); },
        [](const std::string& path) { return path; });
}

cli::codec source_addresses(std::vector<boost::asio::ip::address>& into) {
    const std::string accepts = "an IPv4 or IPv6 address of this machine, without a port";
    auto assign = [&into, accepts](const cli::setting& from) {
        for (const auto& text : from.texts) {
            boost::system::error_code malformed;
            const auto source = boost::asio::ip::make_address(text, malformed);
            if (malformed) throw cli::bad_value(from.where, text, "expected " + accepts);
            into.push_back(net::without_mapping(source));
        }
    };
    auto texts = [&into] {
        std::vector<std::string> all;
        all.reserve(into.size());
        for (const auto& each : into)
            all.push_back(each.to_string());
        return all;
    };
    return {cli::toml_shape::list, accepts, assign, texts};
}

std::vector<cli::option> load_options(bench::options& run) {
    return {
        {.name = "connections",
         .letter = 'c',
         .metavar = "N",
         .help = "connections at a time, 1 to 1048576",
         .value = cli::number(1, 1'048'576, run.connections)},
        {.name = "frame-size",
         .letter = 's',
         .metavar = "S",
         .help = "payload of a frame, 0B to 1GiB; A-B, as in 64-1KiB: sizes drawn from that range",
         .value = frame_size(run.frame_size)},
        {.name = "pipeline",
         .letter = 'p',
         .metavar = "N",
         .help = "most frames in flight on a connection, 1 to 65536; 1: ping-pong",
         .value = cli::number(1, 65'536, run.pipeline)},
        {.name = "rate",
         .letter = 'r',
         .metavar = "N",
         .help = "frames a second over all connections, 1 to 1000000000; latency then counts from "
                 "when a frame should have been sent, so that a stall of the server is not hidden",
         .fallback = "unlimited",
         .value = cli::number(1, 1'000'000'000, run.rate)},
        {.name = "mode",
         .metavar = "M",
         .help = "what each connection does; echo: sends frames and stays; idle: sends nothing and "
                 "counts heartbeats; churn: connects, sends one frame, closes; halfclose: "
                 "connects, sends --pipeline frames and FIN, and expects all echoes and then FIN",
         .value = cli::one_of(bench::modes, run.mode)},
        {.name = "framing",
         .metavar = "F",
         .help = "what a frame is; length: its length and the payload; none: the payload alone, "
                 "for any server that echoes bytes, without heartbeats",
         .value = cli::one_of(bench::framings, run.framing)},
        {.name = "reconnect",
         .help = "makes a connection again that ends, and sends again what was not echoed"},
        {.name = "source",
         .metavar = "ADDRESS",
         .help = "the IP address to connect from; given several times, each connection takes the "
                 "next one: more connections than one address has ports",
         .fallback = "by the system",
         .value = source_addresses(run.sources)},
        {.name = "proxy-protocol",
         .metavar = "V",
         .help = "begins each connection with a PROXY header, v1 or v2, of its own addresses",
         .fallback = "none",
         .value = cli::one_of(protocol::proxy_header_versions, run.proxy_protocol)},
        {.name = "threads",
         .letter = 't',
         .metavar = "N",
         .help = "event-loop threads, 1 to 1024; no more than connections are used",
         .value = cli::number(1, 1024, run.threads)},
    };
}

std::vector<cli::option> time_options(bench::options& run) {
    return {
        {.name = "duration",
         .letter = 'd',
         .metavar = "D",
         .help = "how long to measure, from 1ms",
         .value = cli::duration(1ms, run.duration)},
        {.name = "frames",
         .letter = 'n',
         .metavar = "N",
         .help = "measures so many frames in all, in place of --duration",
         .fallback = "none",
         .value = cli::number(1, std::numeric_limits<std::int64_t>::max(), run.frames)},
        {.name = "warmup",
         .letter = 'w',
         .metavar = "D",
         .help = "load before what is measured; 0s: none",
         .fallback = "1s; with --frames 0s",
         .value = cli::duration(0ms, run.warmup)},
        {.name = "ramp",
         .metavar = "D",
         .help = "opens the connections evenly over this time, before the warm-up; 0s: at once",
         .value = cli::duration(0ms, run.ramp)},
        {.name = "timeout",
         .metavar = "D",
         .help = "how long a connection may take to be made, and how long after the end an echo "
                 "is waited for, from 1ms",
         .value = cli::duration(1ms, run.timeout)},
    };
}

std::vector<cli::option> output_options(invocation& asked) {
    std::vector<cli::option> options{
        {.name = "json", .help = "prints the result as one JSON object in place of text"},
        {.name = "html",
         .metavar = "FILE",
         .help = "also writes the result as a page with plots, all in one file",
         .fallback = "none",
         .value = file_path(asked.html_file)},
        {.name = "hdr",
         .metavar = "FILE",
         .help = "also writes the latencies as a percentile distribution, as HdrHistogram's "
                 "plotters read it, in milliseconds",
         .fallback = "none",
         .value = file_path(asked.hdr_file)},
        {.name = "fail-if",
         .metavar = "CONDITION",
         .help = "exits with 3 if the result is so, as in 'p99>10ms' or 'errors>0'; may be given "
                 "several times",
         .fallback = "none",
         .value = {.shape = cli::toml_shape::list}}};
    for (auto& common : cli::common_options())
        options.push_back(std::move(common));
    return options;
}

}  // namespace

cli::option_table all_options(invocation& asked) {
    return {{"Load", load_options(asked.run)},
            {"Time", time_options(asked.run)},
            {"Output", output_options(asked)}};
}

}  // namespace pulsar::bench_app
