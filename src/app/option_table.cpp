#include "pulsar/app/codecs.hpp"
#include "pulsar/app/option.hpp"

#include <algorithm>
#include <cstdint>

namespace pulsar::app {
namespace {

std::vector<option> server_options() {
    return {
        {.name = "listen",
         .letter = 'l',
         .placeholder = "ADDRESS",
         .help =
             "where to listen, repeatable: HOST:PORT, [IPV6]:PORT, :PORT (all interfaces, IPv4 and "
             "IPv6) or unix:PATH; port 0: the kernel picks one, and the log names it",
         .value = listen_addresses()},
        {.name = "threads",
         .letter = 't',
         .placeholder = "N",
         .help = "event-loop threads, 1 to 1024",
         .fallback = "the CPUs the process may use",
         .value = number(
             1, 1024, [](auto& c) -> auto& { return c.server.threads; })},
        {.name = "max-connections",
         .placeholder = "N",
         .help = "clients at a time, 1 to 1048576; further ones are reset",
         .value = number(
             1, 1'048'576, [](auto& c) -> auto& { return c.server.max_connections; })},
        {.name = "backlog",
         .placeholder = "N",
         .help = "length of the accept queue, 1 to 65535",
         .value = number(
             1, 65'535, [](auto& c) -> auto& { return c.server.listener.backlog; })},
        {.name = "tcp-keepalive",
         .placeholder = "D",
         .help = "kernel keep-alive after D of quiet, in whole seconds, then 3 probes D/3 apart; "
                 "0s: off",
         .value = whole_seconds([](auto& c) -> auto& { return c.server.listener.tcp_keepalive; })},
        {.name = "drain-timeout",
         .placeholder = "D",
         .help = "how long a shutdown waits for frames under way before it cuts clients off; "
                 "0s: at once",
         .value = duration([](auto& c) -> auto& { return c.server.drain_timeout; })},
    };
}

std::vector<option> connection_options() {
    return {
        {.name = "max-frame-size",
         .placeholder = "S",
         .help = "largest payload, 1B to 1GiB; who announces more is disconnected",
         .value = size(
             1, std::uint64_t{1} << 30U,
             [](auto& c) -> auto& { return c.server.connection.max_frame_size; })},
        {.name = "heartbeat-interval",
         .placeholder = "D",
         .help = "silence after which a client gets a HEARTBEAT frame; 0s: never",
         .value =
             duration([](auto& c) -> auto& { return c.server.connection.heartbeat_interval; })},
        {.name = "idle-timeout",
         .placeholder = "D",
         .help = "disconnects a client that sends nothing for this long; 0s: never",
         .value = duration([](auto& c) -> auto& { return c.server.connection.idle_timeout; })},
        {.name = "frame-timeout",
         .placeholder = "D",
         .help = "disconnects a client whose frame is unfinished this long after its first "
                 "byte; 0s: never",
         .value = duration([](auto& c) -> auto& { return c.server.connection.frame_timeout; })},
        {.name = "write-timeout",
         .placeholder = "D",
         .help = "resets a client that takes none of its echoes for this long; 0s: never",
         .value = duration([](auto& c) -> auto& { return c.server.connection.write_timeout; })},
    };
}

std::vector<option> logging_options() {
    return {
        {.name = "log-level",
         .placeholder = "LEVELS",
         .help = "trace, debug, info, warn, error, off; or a default and modules (server, "
                 "connection, listener, registry, log): info,connection=debug,registry=off",
         .value = log_levels()},
        {.name = "log-format",
         .placeholder = "F",
         .help = "text or json, one event a line",
         .value = log_format()},
        {.name = "log-file",
         .placeholder = "PATH",
         .help = "appends to this file; SIGHUP reopens it",
         .fallback = "standard output",
         .value = log_file()},
        {.name = "report-interval",
         .placeholder = "D",
         .help = "time between reports on all connections; 0s: never",
         .value = duration([](auto& c) -> auto& { return c.server.report_interval; })},
    };
}

}  // namespace

const std::vector<option_group>& option_table() {
    static const std::vector<option_group> table{{"Server", server_options()},
                                                 {"Connections", connection_options()},
                                                 {"Logging", logging_options()}};
    return table;
}

const option* find_option(std::string_view name) {
    for (const auto& group : option_table()) {
        const auto found = std::ranges::find(group.options, name, &option::name);
        if (found != group.options.end()) return &*found;
    }
    return nullptr;
}

}  // namespace pulsar::app
