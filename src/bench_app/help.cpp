#include "pulsar/bench_app/help.hpp"

#include "pulsar/bench_app/option_table.hpp"
#include "pulsar/cli/help.hpp"

namespace pulsar::bench_app {

std::string help_text(std::size_t width) {
    invocation defaults;
    cli::help_page page(width);
    page.paragraph(
        "pulsar-bench loads a server that echoes length-prefixed frames, checks every byte that "
        "comes back, and measures throughput and latency.");
    page.paragraph(
        "Usage: pulsar-bench [FLAGS] [ADDRESS...]\n"
        "       pulsar-bench compare [--fail-if CONDITION] A B\n"
        "       pulsar-bench merge [--json] [--html FILE] [--hdr FILE] [--fail-if CONDITION] A "
        "B...");
    page.paragraph(
        "ADDRESS is HOST:PORT, [IPV6]:PORT, :PORT (this machine), unix:PATH or "
        "unix:@NAME [" +
        net::to_string(defaults.run.targets.front()) + "]. Several share the connections evenly.");
    page.options(all_options(defaults));
    page.paragraph(cli::value_syntax);
    page.paragraph(
        "What goes with what: --rate is for the mode echo; --pipeline for echo and halfclose; "
        "--reconnect for echo and idle; --frame-size, --frames and --framing none for all but "
        "idle.");
    page.paragraph(
        "A CONDITION is a metric, an operator and a value: min, p50, p90, p99, p99.9, p99.99, max, "
        "mean and outage (the longest) with us, ms or s; errors, lost, frames/s, MiB/s; >, <, >= "
        "or <=. With compare the value is the ratio B/A and ends in x, as in 'p99>1.2x'. One on "
        "what the run has no value of holds.");
    page.paragraph(
        "compare shows two results that --json or --html wrote, A before and B after, side by "
        "side. merge makes one result of those of several machines that ran at the same time.");
    page.paragraph("Ctrl+C ends the run and prints the result so far; a second one kills.");
    page.paragraph(
        "Exit status: 0: all was echoed. 1: a mismatch, a lost frame, no connection, or a result "
        "that could not be written. 2: bad usage. 3: a --fail-if held, whatever else.");
    page.examples({
        {"pulsar-bench", "ping-pong on 50 connections of this machine"},
        {"pulsar-bench -c 200 -p 32 -s 64-1KiB -d 30s :9000",
         "pipelined, frames of 64 to 1024 bytes"},
        {"pulsar-bench -r 20000 --html rate.html", "open loop: a stall of the server shows"},
        {"pulsar-bench -r 1000 --fail-if 'p99>10ms'", "status 3 if it is slower, for scripts"},
        {"pulsar-bench --reconnect -r 1000 -d 1m", "what a restart means for clients"},
        {"pulsar-bench --mode idle -c 10000 -d 1m", "idle connections, counts their heartbeats"},
        {"pulsar-bench --mode churn -n 10000 unix:/run/p", "a connection for each frame"},
        {"pulsar-bench --json | jq .latency_us.p99", "the result for a script"},
        {"pulsar-bench compare before.json after.json", "two of them, as --json wrote them"},
    });
    return page.text();
}

}  // namespace pulsar::bench_app
