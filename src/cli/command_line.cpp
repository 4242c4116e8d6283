#include "pulsar/cli/command_line.hpp"

#include "pulsar/cli/usage_error.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace pulsar::cli {
namespace {

std::string flag_of(const option& o) {
    return "--" + std::string(o.name);
}

/// CLI11's conversions are not used: they take 010 for eight and -1 for a huge number.
void declare(CLI::App& app, const option& o) {
    const auto flag = flag_of(o);
    const auto names = o.letter == '\0' ? flag : std::string{'-', o.letter, ','} + flag;
    if (o.metavar.empty()) {
        app.add_flag(names);
        return;
    }
    app.add_option(names)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false);
}

/// CLI11 takes `--name=` for a flag whose value is still to come: `--log-file= --threads=4` would
/// log to a file called `--threads=4`. As two arguments, the empty value is kept.
void split_at_equals_signs(const option_table& table, std::vector<std::string>& arguments) {
    for (auto at = arguments.begin(); at != arguments.end() && *at != "--"; ++at) {
        const auto sign = at->find('=');
        if (!at->starts_with("--") || sign == std::string::npos) continue;
        const auto flag = at->substr(0, sign);
        const auto value = at->substr(sign + 1);
        const auto* const o = find_option(table, std::string_view(flag).substr(2));
        if (o == nullptr) continue;
        if (o->metavar.empty()) throw bad_value(flag, value, "expected no value");
        *at = value;
        at = arguments.insert(at, flag) + 1;
    }
}

/// What CLI11 made of the arguments.
command_line taken_from(const CLI::App& app, const option_table& table) {
    command_line line;
    for (const auto& group : table) {
        for (const auto& o : group.options) {
            const auto flag = flag_of(o);
            const auto* const given = app.get_option(flag);
            if (given->count() == 0) continue;
            line.settings.push_back(
                {&o, flag, o.metavar.empty() ? std::vector<std::string>{} : given->results()});
        }
    }
    line.rest = app.remaining();
    if (!line.rest.empty() && line.rest.back().empty()) line.rest.pop_back();
    const auto mark = std::ranges::find(line.rest, "--");
    if (mark != line.rest.end()) line.rest.erase(mark);
    return line;
}

}  // namespace

const setting* command_line::find(std::string_view name) const {
    const auto found =
        std::ranges::find(settings, name, [](const setting& s) { return s.of->name; });
    return found == settings.end() ? nullptr : &*found;
}

command_line read_command_line(int argc, const char* const* argv, const option_table& table) {
    CLI::App app;
    app.set_help_flag();
    app.allow_extras();
    for (const auto& group : table) {
        for (const auto& o : group.options)
            declare(app, o);
    }
    std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    split_at_equals_signs(table, arguments);
    // A flag takes whatever is next. One that stands last takes this, an empty value, and is
    // reported like any other bad value; otherwise taken_from() leaves it out.
    arguments.emplace_back();
    std::ranges::reverse(arguments);
    try {
        app.parse(arguments);
    } catch (const CLI::ParseError& error) {
        throw usage_error(escaped(error.what()));
    }
    return taken_from(app, table);
}

void reject_unknown_flags(const command_line& line, const option_table& table,
                          std::string_view program) {
    const auto unknown =
        std::ranges::find_if(line.rest, [](const auto& text) { return text.starts_with('-'); });
    if (unknown == line.rest.end()) return;
    const auto name = std::string_view(*unknown).substr(0, unknown->find('='));
    const auto* const near =
        name.starts_with("--") ? nearest_option(table, name.substr(2)) : nullptr;
    throw usage_error("unknown flag " + in_quotes(*unknown) + ": " +
                      (near == nullptr
                           ? "expected the flags that " + std::string(program) + " --help shows"
                           : "did you mean " + flag_of(*near) + '?'));
}

}  // namespace pulsar::cli
