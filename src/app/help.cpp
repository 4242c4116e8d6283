#include "pulsar/app/help.hpp"

#include "pulsar/app/option_table.hpp"
#include "pulsar/cli/help.hpp"

namespace pulsar::app {

std::string help_text(std::size_t width) {
    auto defaults = default_config();
    cli::help_page page(width);
    page.paragraph("pulsar is a TCP daemon that echoes length-prefixed frames.");
    page.paragraph("Usage: pulsar [FLAGS]");
    page.options(all_options(defaults));
    page.paragraph(cli::value_syntax);
    page.paragraph(
        "Every flag that takes a value can also be an environment variable, PULSAR_ and the name "
        "in capitals with _ for -, as in PULSAR_HEARTBEAT_INTERVAL=5s or "
        "PULSAR_LISTEN=:8080,unix:/run/p.sock, or a key in the --config file, as in "
        "heartbeat-interval = \"5s\" or listen = [\":8080\"]. A flag overrides the variable, and "
        "that the file.");
    page.paragraph(
        "SIGTERM or SIGINT drains and stops, a second one kills; SIGHUP reopens --log-file; "
        "SIGUSR1 reports.");
    page.examples({
        {"pulsar --listen :8080 --heartbeat-interval 5s --log-level info,connection=debug"},
        {"PULSAR_THREADS=4 pulsar --config /etc/pulsar/pulsar.toml --print-config"},
        {R"(printf '\0\0\0\5hello' | nc -N 127.0.0.1 8080 | xxd)"},
    });
    return page.text();
}

}  // namespace pulsar::app
