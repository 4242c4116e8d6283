#include "pulsar/app/help.hpp"

#include "pulsar/app/option.hpp"
#include "pulsar/cli/help_row.hpp"

#include <string_view>

namespace pulsar::app {
namespace {

constexpr std::string_view head = R"(pulsar is a TCP daemon that echoes length-prefixed frames.

Usage: pulsar [FLAGS]
)";

constexpr std::string_view tail = R"(
D is a duration with its unit: 500ms, 10s, 5m, 1h; at most 24h. S is a size: 512, 64KiB, 1MiB.

Every flag that takes a value can also be an environment variable, PULSAR_ and the name in capitals
with _ for -, as in PULSAR_HEARTBEAT_INTERVAL=5s or PULSAR_LISTEN=:8080,unix:/run/pulsar.sock, or a
key in the --config file, as in heartbeat-interval = "5s" or listen = [":8080"]. A flag overrides
the variable, and that the file.

SIGTERM or SIGINT drains and stops, a second one kills; SIGHUP reopens --log-file; SIGUSR1 reports.

Examples:
  pulsar --listen :8080 --heartbeat-interval 5s --log-level info,connection=debug
  PULSAR_THREADS=4 pulsar --config /etc/pulsar.toml --print-config
  printf '\0\0\0\5hello' | nc -N 127.0.0.1 8080 | xxd
)";

std::string default_text(const option& o, const config& defaults) {
    if (!o.fallback.empty()) return std::string(o.fallback);
    return o.value.texts(defaults).front();
}

std::string row(const option& o, const config& defaults) {
    return cli::help_row(o.letter, "--" + std::string(o.name) + ' ' + std::string(o.placeholder),
                         std::string(o.help) + " [" + default_text(o, defaults) + ']');
}

}  // namespace

std::string help_text() {
    const auto defaults = default_config();
    std::string out(head);
    for (const auto& group : option_table()) {
        out.append("\n").append(group.title).append(":\n");
        for (const auto& o : group.options)
            out += row(o, defaults);
    }
    out += "\nConfiguration:\n";
    out += cli::help_row('\0', "--config FILE", "reads TOML with the flags' names as keys [none]");
    out += cli::help_row('\0', "--print-config",
                         "prints the configuration in force as such a file, and exits");
    out += cli::help_row('h', "--help", "prints this, and exits");
    out += cli::help_row('V', "--version", "prints the version, compiler and libraries, and exits");
    return out.append(tail);
}

}  // namespace pulsar::app
