#include "pulsar/app/option_table.hpp"

#include "pulsar/app/codecs.hpp"
#include "pulsar/cli/codecs.hpp"

#include <cstdint>
#include <utility>

namespace pulsar::app {
namespace {

using namespace std::chrono_literals;

std::vector<cli::option> server_options(config& cfg) {
    return {
        {.name = "listen",
         .letter = 'l',
         .metavar = "ADDRESS",
         .help =
             "where to listen, one or more of HOST:PORT, [IPV6]:PORT, :PORT (all interfaces, IPv4 "
             "and IPv6), unix:PATH or unix:@NAME (abstract), fd:N or fd:NAME (a socket that "
             "systemd hands over); port 0: the kernel picks one, and the log names it",
         .value = listen_addresses(cfg)},
        {.name = "unix-mode",
         .metavar = "MODE",
         .help = "mode of the Unix sockets' files, three or four octal digits, such as 0660",
         .fallback = "by umask",
         .example = "0660",
         .value = unix_mode(cfg.server.listener.unix_mode)},
        {.name = "proxy-from",
         .metavar = "CIDR",
         .help =
             "connections from there begin with a PROXY header, v1 or v2; one or more of a network "
             "such as 10.0.0.0/8 or fd00::/8, an address, or unix for Unix sockets",
         .fallback = "none",
         .example = "10.0.0.0/8",
         .value = networks(cfg.server.connection.proxy_from)},
        {.name = "admin",
         .metavar = "ADDRESS",
         .help = "where to answer HTTP for metrics and probes, an address as of listen: /livez, "
                 "/readyz, /metrics, /connections",
         .fallback = "none",
         .example = "127.0.0.1:9900",
         .value = address(cfg.admin)},
        {.name = "threads",
         .letter = 't',
         .metavar = "N",
         .help = "event-loop threads, 1 to 1024",
         .fallback = "the CPUs the process may use",
         .example = "2",
         .value = cli::number(1, 1024, cfg.server.threads)},
        {.name = "max-connections",
         .metavar = "N",
         .help = "clients at a time, 1 to 1048576; further ones are reset",
         .value = cli::number(1, 1'048'576, cfg.server.max_connections)},
        {.name = "backlog",
         .metavar = "N",
         .help = "length of the accept queue, 1 to 65535",
         .value = cli::number(1, 65'535, cfg.server.listener.backlog)},
        {.name = "tcp-keepalive",
         .metavar = "D",
         .help = "kernel keep-alive after D of quiet, in whole seconds, then 3 probes D/3 apart; "
                 "0s: off",
         .value = whole_seconds(cfg.server.listener.tcp_keepalive)},
        {.name = "drain-delay",
         .metavar = "D",
         .help = "how long to go on serving after the first SIGTERM or SIGINT, before the drain "
                 "begins: the time that a balancer takes to notice",
         .value = cli::duration(0ms, cfg.server.drain_delay)},
        {.name = "drain-timeout",
         .metavar = "D",
         .help = "how long a drain may take before the clients that are left are cut off; 0s: at "
                 "once",
         .value = cli::duration(0ms, cfg.server.drain_timeout)},
    };
}

std::vector<cli::option> connection_options(config& cfg) {
    return {
        {.name = "max-frame-size",
         .metavar = "S",
         .help = "largest payload, 1B to 1GiB; who announces more is disconnected",
         .value = cli::size(1, std::uint64_t{1} << 30U, cfg.server.connection.max_frame_size)},
        {.name = "heartbeat-interval",
         .metavar = "D",
         .help = "silence after which a client gets a HEARTBEAT frame; 0s: never",
         .value = cli::duration(0ms, cfg.server.connection.heartbeat_interval)},
        {.name = "idle-timeout",
         .metavar = "D",
         .help = "disconnects a client that sends nothing for this long; 0s: never",
         .value = cli::duration(0ms, cfg.server.connection.idle_timeout)},
        {.name = "frame-timeout",
         .metavar = "D",
         .help = "disconnects a client whose frame is unfinished this long after its first "
                 "byte; 0s: never",
         .value = cli::duration(0ms, cfg.server.connection.frame_timeout)},
        {.name = "write-timeout",
         .metavar = "D",
         .help = "resets a client that takes none of its echoes for this long; 0s: never",
         .value = cli::duration(0ms, cfg.server.connection.write_timeout)},
    };
}

std::vector<cli::option> logging_options(config& cfg) {
    return {
        {.name = "log-level",
         .metavar = "LEVELS",
         .help = "trace, debug, info, warn, error, off; or a default and modules (server, "
                 "connection, listener, registry, log), as in info,connection=debug",
         .value = log_levels(cfg.log.levels)},
        {.name = "log-format",
         .metavar = "F",
         .help = "text or json, one event a line",
         .value = log_format(cfg.log.format)},
        {.name = "log-file",
         .metavar = "PATH",
         .help = "appends to this file, which SIGHUP reopens; - is standard output",
         .fallback = "standard output",
         .example = "/var/log/pulsar/pulsar.log",
         .value = log_file(cfg.log.file)},
        {.name = "report-interval",
         .metavar = "D",
         .help = "time between reports on all connections; 0s: never",
         .value = cli::duration(0ms, cfg.server.report_interval)},
    };
}

cli::option_group configuration_options() {
    auto options = cli::common_options();
    options.insert(options.begin(),
                   {{.name = "config",
                     .metavar = "FILE",
                     .help = "reads TOML with the flags' names as keys; - is standard input",
                     .fallback = "none"},
                    {.name = "print-config",
                     .help = "prints the configuration in force as such a file, and exits"}});
    return {"Configuration", std::move(options)};
}

}  // namespace

cli::option_table config_options(config& cfg) {
    return {{"Server", server_options(cfg)},
            {"Connections", connection_options(cfg)},
            {"Logging", logging_options(cfg)}};
}

cli::option_table all_options(config& cfg) {
    auto table = config_options(cfg);
    table.push_back(configuration_options());
    return table;
}

}  // namespace pulsar::app
