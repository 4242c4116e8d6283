#include "pulsar/app/invocation.hpp"

#include "pulsar/app/config_file.hpp"
#include "pulsar/app/help.hpp"
#include "pulsar/app/option_table.hpp"
#include "pulsar/cli/command_line.hpp"
#include "pulsar/cli/help.hpp"
#include "pulsar/cli/usage_error.hpp"
#include "pulsar/cli/version.hpp"
#include "pulsar/log/library_version.hpp"
#include "pulsar/net/address.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace pulsar::app {
namespace {

using settings = std::vector<cli::setting>;

settings read_file(const std::string& where, const std::string& path,
                   const cli::option_table& table) {
    return parse_config_file(path, load_config_file(where, path), table);
}

/// Names the last source that gives --admin, which is in force.
void reject_shared_address(const config& cfg, const settings& given) {
    const auto is_admin = [&](const auto& address) { return net::is_same(address, *cfg.admin); };
    if (!cfg.admin || std::ranges::none_of(cfg.server.listen, is_admin)) return;
    const auto last = std::find_if(given.rbegin(), given.rend(),
                                   [](const auto& one) { return one.of->name == "admin"; });
    throw cli::bad_value(last->where, last->single(),
                         "is an address of --listen too, expected one of its own");
}

void reject_unknown(const cli::command_line& line, const cli::option_table& table) {
    cli::reject_unknown_flags(line, table, "pulsar");
    if (line.rest.empty()) return;
    throw cli::usage_error("unexpected argument " + cli::in_quotes(line.rest.front()) +
                           ": expected the flags that pulsar --help shows");
}

}  // namespace

invocation parse(int argc, const char* const* argv, const environment& variables) {
    using enum invocation::action;
    invocation asked{run, default_config(), {}};
    const auto flags = all_options(asked.cfg);
    const auto line = cli::read_command_line(argc, argv, flags);
    if (line.find("help")) return {print, {}, help_text(cli::help_width())};
    if (line.find("version")) {
        const auto spdlog = ", spdlog " + std::string(log::library_version());
        return {print, {}, cli::version_text("pulsar", spdlog)};
    }
    reject_unknown(line, flags);

    const auto table = config_options(asked.cfg);
    const auto* const file = line.find("config");
    const auto variable = variable_name("config");
    const char* const path = variables(variable);
    // An empty variable is a mistake even where the flag replaces it, as with the other variables.
    settings given;
    const auto assign = [&](const settings& source) {
        cli::assign(source);
        given.insert(given.end(), source.begin(), source.end());
    };
    if (path != nullptr && (*path == '\0' || file == nullptr)) {
        assign(read_file(variable, path, table));
    }
    if (file != nullptr) assign(read_file(file->where, file->single(), table));
    assign(read_environment(variables, table));
    assign(line.settings);
    reject_shared_address(asked.cfg, given);
    asked.cfg.server.listener.backlog_given =
        std::ranges::any_of(given, [](const auto& one) { return one.of->name == "backlog"; });
    if (line.find("print-config")) return {print, {}, to_toml(table)};
    return asked;
}

}  // namespace pulsar::app
