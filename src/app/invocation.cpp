#include "pulsar/app/invocation.hpp"

#include "pulsar/app/command_line.hpp"
#include "pulsar/app/config_file.hpp"
#include "pulsar/app/help.hpp"
#include "pulsar/cli/version.hpp"
#include "pulsar/log/library_version.hpp"

#include <vector>

namespace pulsar::app {
namespace {

void assign_all(config& into, const std::vector<setting>& settings) {
    for (const auto& one : settings)
        one.of->value.assign(into, one);
}

void assign_file(config& into, const std::string& where, const std::string& path) {
    assign_all(into, parse_config_file(path, load_config_file(where, path)));
}

}  // namespace

invocation parse(int argc, const char* const* argv, const environment& variables) {
    using enum invocation::action;
    const auto flags = read_command_line(argc, argv);
    if (flags.help) return {print, {}, help_text()};
    if (flags.version) {
        const auto spdlog = ", spdlog " + std::string(log::library_version());
        return {print, {}, cli::version_text("pulsar", spdlog)};
    }

    auto cfg = default_config();
    const auto variable = variable_name("config");
    const char* const path = variables(variable);
    // An empty variable is a mistake even where the flag replaces it, as with the other variables.
    if (path != nullptr && (*path == '\0' || !flags.config_file)) assign_file(cfg, variable, path);
    if (flags.config_file) assign_file(cfg, "--config", *flags.config_file);
    assign_all(cfg, read_environment(variables));
    assign_all(cfg, flags.settings);
    if (flags.print_config) return {print, {}, to_toml(cfg)};
    return {run, cfg, {}};
}

}  // namespace pulsar::app
