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
        "Usage: pulsar-bench [FLAGS] [ADDRESS]\n"
        "       pulsar-bench compare A B");
    page.paragraph(
        "ADDRESS is HOST:PORT, [IPV6]:PORT, :PORT (this machine), unix:PATH or "
        "unix:@NAME [" +
        net::to_string(defaults.run.targets.front()) + ']');
    page.options(all_options(defaults));
    page.paragraph(cli::value_syntax);
    page.paragraph(
        "The mode idle takes no --frame-size, --frames, --rate or --pipeline; churn no --rate, "
        "--pipeline or --reconnect.");
    page.paragraph(
        "compare shows two results that --json wrote, A before and B after, side by side.");
    page.paragraph("Ctrl+C ends the run and prints the result so far; a second one kills.");
    page.paragraph(
        "Exit status: 0: all was echoed. 1: a mismatch, a lost frame or no connection. 2: bad "
        "usage.");
    page.examples({
        {"pulsar-bench", "ping-pong on 50 connections of this machine"},
        {"pulsar-bench -c 200 -p 32 -s 64-1KiB -d 30s :9000",
         "pipelined, frames of 64 to 1024 bytes"},
        {"pulsar-bench -r 20000 --html rate.html", "open loop: a stall of the server shows"},
        {"pulsar-bench --mode idle -c 10000 -d 1m", "idle connections, counts their heartbeats"},
        {"pulsar-bench --mode churn -n 10000 unix:/run/p", "a connection for each frame"},
        {"pulsar-bench --json | jq .latency_us.p99", "the result for a script"},
        {"pulsar-bench compare before.json after.json", "two of them, as --json wrote them"},
    });
    return page.text();
}

}  // namespace pulsar::bench_app
