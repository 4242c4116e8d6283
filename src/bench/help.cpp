#include "pulsar/bench/help.hpp"

#include "pulsar/bench/options.hpp"
#include "pulsar/bench/result.hpp"
#include "pulsar/cli/help_row.hpp"
#include "pulsar/cli/values.hpp"

#include <string_view>

namespace pulsar::bench {
namespace {

constexpr std::string_view head =
    R"(pulsar-bench loads a server that echoes length-prefixed frames, checks every byte that comes back,
and measures throughput and latency.

Usage: pulsar-bench [FLAGS] [ADDRESS]
       pulsar-bench compare A B

ADDRESS is HOST:PORT, [IPV6]:PORT, :PORT (this machine) or unix:PATH [)";

constexpr std::string_view tail = R"(
D is a duration with its unit: 500ms, 10s, 5m, 1h; at most 24h. S is a size: 512, 64KiB, 1MiB.

The mode idle takes no --frame-size, --frames, --rate or --pipeline; churn no --rate or --pipeline.

compare shows two results that --json wrote, A before and B after, side by side.

Ctrl+C ends the run and prints the result so far; a second one kills.

Exit status: 0: all was echoed. 1: a mismatch, a lost frame or no connection. 2: bad usage.

Examples:
  pulsar-bench                                      ping-pong on 50 connections of this machine
  pulsar-bench -c 200 -p 32 -s 64-1KiB -d 30s :9000 pipelined, frames of 64 to 1024 bytes
  pulsar-bench -r 20000 --html rate.html            open loop: a stall of the server shows
  pulsar-bench --mode idle -c 10000 -d 1m           idle connections, counts their heartbeats
  pulsar-bench --mode churn -n 10000 unix:/run/p    a connection for each frame
  pulsar-bench --json | jq .latency_us.p99          the result for a script
  pulsar-bench compare before.json after.json       two of them, as --json wrote them
)";

/// `default_text` may be empty: then there is none.
std::string row(char letter, std::string_view name_and_value, std::string text,
                std::string_view default_text = {}) {
    if (!default_text.empty()) text.append(" [").append(default_text).append("]");
    return cli::help_row(letter, name_and_value, text);
}

std::string load(const options& defaults) {
    return "\nLoad:\n" +
           row('c', "--connections N", "connections at a time, 1 to 1048576",
               std::to_string(defaults.connections)) +
           row('s', "--frame-size S",
               "payload of a frame, 0B to 1GiB; A-B, as in 64-1KiB: sizes drawn from that range",
               to_string(defaults.frame_size)) +
           row('p', "--pipeline N",
               "most frames in flight on a connection, 1 to 65536; 1: ping-pong",
               std::to_string(defaults.pipeline)) +
           row('r', "--rate N",
               "frames a second over all connections, 1 to 1000000000; latency then counts from "
               "when a frame should have been sent, so that a stall of the server is not hidden",
               "unlimited") +
           row('\0', "--mode M",
               "echo: frames on connections that stay; idle: sends nothing and counts heartbeats; "
               "churn: connects, sends one frame, closes",
               to_string(defaults.mode)) +
           row('t', "--threads N",
               "event-loop threads, 1 to 1024; no more than connections are used",
               std::to_string(defaults.threads));
}

std::string time(const options& defaults) {
    const auto warmup = cli::duration_text(defaults.warmup);
    return "\nTime:\n" +
           row('d', "--duration D", "how long to measure, from 1ms",
               cli::duration_text(defaults.duration)) +
           row('n', "--frames N", "measures so many frames in all, in place of --duration",
               "none") +
           row('w', "--warmup D", "load before what is measured; 0s: none",
               warmup + "; with --frames 0s");
}

std::string output() {
    return "\nOutput:\n" +
           row('\0', "--json", "prints the result as one JSON object in place of text") +
           row('\0', "--html FILE", "also writes the result as a page with plots, all in one file",
               "none") +
           row('h', "--help", "prints this, and exits") +
           row('V', "--version", "prints the version, compiler and libraries, and exits");
}

}  // namespace

std::string help_text() {
    const options defaults;
    std::string out(head);
    out.append(net::to_string(defaults.target)).append("]\n");
    out += load(defaults) + time(defaults) + output();
    return out.append(tail);
}

}  // namespace pulsar::bench
