#include "pulsar/cli/flags.hpp"

#include "pulsar/cli/usage_error.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>

namespace pulsar::cli {
namespace {

/// CLI11 takes `--name=` for a flag whose value is still to come: `--log-file= --threads=4` would
/// log to a file called `--threads=4`. As two arguments, the empty value is kept.
void split_at_equals_signs(const CLI::App& app, std::vector<std::string>& arguments) {
    for (auto at = arguments.begin(); at != arguments.end() && *at != "--"; ++at) {
        const auto sign = at->find('=');
        if (!at->starts_with("--") || sign == std::string::npos) continue;
        const auto name = at->substr(0, sign);
        const auto value = at->substr(sign + 1);
        const auto* const flag = app.get_option_no_throw(name);
        if (flag == nullptr) continue;
        if (flag->get_expected_max() == 0) throw bad_value(name, value, "expected no value");
        *at = value;
        at = arguments.insert(at, name) + 1;
    }
}

std::string spelling(const std::string& name, char letter) {
    return (letter == '\0' ? "" : std::string{'-', letter, ','}) + name;
}

}  // namespace

/// CLI11's conversions are not used: they take 010 for eight and -1 for a huge number.
struct flags::parser {
    CLI::App app;
    std::map<std::string, CLI::Option*> options;
};

flags::flags() : parser_(std::make_unique<parser>()) {
    parser_->app.set_help_flag();
    parser_->app.allow_extras();
}

flags::~flags() = default;

void flags::add_switch(const std::string& name, char letter) {
    parser_->options[name] = parser_->app.add_flag(spelling(name, letter));
}

void flags::add_value(const std::string& name, char letter) {
    parser_->options[name] = parser_->app.add_option(spelling(name, letter))
                                 ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
                                 ->allow_extra_args(false);
}

void flags::parse(int argc, const char* const* argv) {
    std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    split_at_equals_signs(parser_->app, arguments);
    // A flag takes whatever is next. One that stands last takes this, an empty value, and is
    // reported like any other bad value; otherwise remaining() leaves it out.
    arguments.emplace_back();
    std::ranges::reverse(arguments);
    try {
        parser_->app.parse(arguments);
    } catch (const CLI::ParseError& error) {
        throw usage_error(escaped(error.what()));
    }
}

bool flags::given(const std::string& name) const {
    return parser_->options.at(name)->count() > 0;
}

std::vector<std::string> flags::values(const std::string& name) const {
    return parser_->options.at(name)->results();
}

std::string flags::single(const std::string& name) const {
    const auto all = values(name);
    if (all.size() > 1) throw bad_value(name, all[1], "given twice, expected one value");
    return all.front();
}

std::vector<std::string> flags::remaining() const {
    auto arguments = parser_->app.remaining();
    if (!arguments.empty() && arguments.back().empty()) arguments.pop_back();
    const auto mark = std::ranges::find(arguments, "--");
    if (mark != arguments.end()) arguments.erase(mark);
    return arguments;
}

}  // namespace pulsar::cli
