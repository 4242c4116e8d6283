#include "pulsar/app/help.hpp"

#include "pulsar/app/option.hpp"

#include <string_view>

namespace pulsar::app {
namespace {

constexpr std::size_t width = 100;
constexpr std::size_t indent = 31;

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

/// Starts in column `indent`, breaks at blanks, and ends the line.
std::string wrapped(std::string_view text) {
    std::string out;
    constexpr auto room = width - indent;
    while (text.size() > room) {
        const auto blank = text.rfind(' ', room);
        out.append(text.substr(0, blank)).append(1, '\n').append(indent, ' ');
        text.remove_prefix(blank + 1);
    }
    return out.append(text).append(1, '\n');
}

std::string row(std::string names, std::string_view help) {
    names.resize(indent, ' ');
    return names + wrapped(help);
}

std::string default_text(const option& o, const config& defaults) {
    if (!o.fallback.empty()) return std::string(o.fallback);
    return o.value.texts(defaults).front();
}

std::string row(const option& o, const config& defaults) {
    const auto letter =
        o.letter == '\0' ? "      " : std::string{' ', ' ', '-', o.letter, ',', ' '};
    return row(letter + "--" + std::string(o.name) + ' ' + std::string(o.placeholder),
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
    out += row("      --config FILE", "reads TOML with the flags' names as keys [none]");
    out +=
        row("      --print-config", "prints the configuration in force as such a file, and exits");
    out += row("  -h, --help", "prints this, and exits");
    out += row("  -V, --version", "prints the version, compiler and libraries, and exits");
    return out.append(tail);
}

}  // namespace pulsar::app
