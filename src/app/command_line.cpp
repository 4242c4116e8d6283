#include "pulsar/app/command_line.hpp"

#include "pulsar/cli/flags.hpp"
#include "pulsar/cli/usage_error.hpp"

namespace pulsar::app {
namespace {

std::string flag_of(const option& o) {
    return "--" + std::string(o.name);
}

void reject_remaining(const std::vector<std::string>& arguments) {
    if (arguments.empty()) return;
    const auto& first = arguments.front();
    const std::string what = first.starts_with('-') ? "unknown flag " : "unexpected argument ";
    throw cli::usage_error(what + cli::in_quotes(first) +
                           ": expected the flags that pulsar --help shows");
}

}  // namespace

command_line read_command_line(int argc, const char* const* argv) {
    cli::flags flags;
    flags.add_switch("--help", 'h');
    flags.add_switch("--version", 'V');
    flags.add_switch("--print-config");
    flags.add_value("--config");
    for (const auto& group : option_table()) {
        for (const auto& o : group.options)
            flags.add_value(flag_of(o), o.letter);
    }

    command_line line;
    flags.parse(argc, argv);
    line.help = flags.given("--help");
    line.version = flags.given("--version");
    if (line.help || line.version) return line;
    reject_remaining(flags.remaining());

    line.print_config = flags.given("--print-config");
    if (flags.given("--config")) line.config_file = flags.single("--config");
    for (const auto& group : option_table()) {
        for (const auto& o : group.options) {
            const auto where = flag_of(o);
            if (!flags.given(where)) continue;
            if (o.value.shape != toml_shape::list) flags.single(where);
            line.settings.push_back({&o, where, flags.values(where)});
        }
    }
    return line;
}

}  // namespace pulsar::app
