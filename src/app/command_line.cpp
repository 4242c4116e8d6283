#include "pulsar/app/command_line.hpp"

#include "pulsar/app/usage_error.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace pulsar::app {
namespace {

/// Splits the arguments, and no more: CLI11's conversions take 010 for eight and -1 for a huge
/// number.
class splitter {
  public:
    splitter() {
        app_.set_help_flag();
        app_.allow_extras();
    }

    CLI::Option* add_switch(const std::string& names) { return app_.add_flag(names); }

    /// Takes one value each time that it is given, and keeps them all.
    CLI::Option* add_value(const std::string& names) {
        return app_.add_option(names)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
            ->allow_extra_args(false);
    }

    void parse(std::vector<std::string> arguments) {
        split_at_equals_signs(arguments);
        // A flag takes whatever is next. One that stands last takes this, an empty value, and is
        // reported like any other bad value; otherwise remaining() leaves it out.
        arguments.emplace_back();
        std::ranges::reverse(arguments);
        try {
            app_.parse(arguments);
        } catch (const CLI::ParseError& error) {
            throw usage_error(escaped(error.what()));
        }
    }

    /// The arguments that no flag took.
    std::vector<std::string> remaining() const {
        auto arguments = app_.remaining();
        if (!arguments.empty() && arguments.back().empty()) arguments.pop_back();
        const auto mark = std::ranges::find(arguments, "--");
        if (mark != arguments.end()) arguments.erase(mark);
        return arguments;
    }

  private:
    /// CLI11 takes `--name=` for a flag whose value is still to come: `--log-file= --threads=4`
    /// would log to a file called `--threads=4`. As two arguments, the empty value is kept.
    void split_at_equals_signs(std::vector<std::string>& arguments) const {
        for (auto at = arguments.begin(); at != arguments.end() && *at != "--"; ++at) {
            const auto sign = at->find('=');
            if (!at->starts_with("--") || sign == std::string::npos) continue;
            const auto name = at->substr(0, sign);
            const auto value = at->substr(sign + 1);
            const auto* const flag = app_.get_option_no_throw(name);
            if (flag == nullptr) continue;
            if (flag->get_expected_max() == 0) throw bad_value(name, value, "expected no value");
            *at = value;
            at = arguments.insert(at, name) + 1;
        }
    }

    CLI::App app_;
};

void reject_repeated(const std::string& where, const std::vector<std::string>& texts) {
    if (texts.size() > 1) throw bad_value(where, texts[1], "given twice, expected one value");
}

void reject_remaining(const std::vector<std::string>& arguments) {
    if (arguments.empty()) return;
    const auto& first = arguments.front();
    const std::string what = first.starts_with('-') ? "unknown flag " : "unexpected argument ";
    throw usage_error(what + in_quotes(first) + ": expected the flags that pulsar --help shows");
}

}  // namespace

command_line read_command_line(int argc, const char* const* argv) {
    splitter flags;
    const auto* const help = flags.add_switch("-h,--help");
    const auto* const version = flags.add_switch("-V,--version");
    const auto* const print_config = flags.add_switch("--print-config");
    const auto* const config_file = flags.add_value("--config");
    std::vector<std::pair<const option*, const CLI::Option*>> values;
    for (const auto& group : option_table()) {
        for (const auto& o : group.options) {
            const auto letter = o.letter == '\0' ? "" : std::string{'-', o.letter, ','};
            values.emplace_back(&o, flags.add_value(letter + "--" + std::string(o.name)));
        }
    }

    command_line line;
    flags.parse(std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
    line.help = help->count() > 0;
    line.version = version->count() > 0;
    if (line.help || line.version) return line;
    reject_remaining(flags.remaining());

    line.print_config = print_config->count() > 0;
    if (config_file->count() > 0) {
        reject_repeated("--config", config_file->results());
        line.config_file = config_file->results().front();
    }
    for (const auto& [o, flag] : values) {
        if (flag->count() == 0) continue;
        const auto where = "--" + std::string(o->name);
        if (o->value.shape != toml_shape::list) reject_repeated(where, flag->results());
        line.settings.push_back({o, where, flag->results()});
    }
    return line;
}

}  // namespace pulsar::app
