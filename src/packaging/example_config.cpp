#include "example_config.hpp"

#include "pulsar/app/config_file.hpp"
#include "pulsar/cli/help.hpp"

#include <algorithm>
#include <string_view>

namespace pulsar::packaging {
namespace {

constexpr std::size_t width = 100;

/// Lines of a comment.
std::string comment(std::string_view words) {
    std::string out;
    std::size_t column = width;
    while (!words.empty()) {
        const auto word = words.substr(0, words.find(' '));
        words.remove_prefix(std::min(word.size() + 1, words.size()));
        const bool fits = column + 1 + word.size() <= width;
        if (!fits) {
            if (!out.empty()) out += '\n';
            out += '#';
            column = 1;
        }
        out.append(" ").append(word);
        column += 1 + word.size();
    }
    return out + '\n';
}

}  // namespace

std::string example_config(const cli::option_table& table) {
    auto out = comment(
        "The configuration of pulsar, see pulsar(1). Each key stands here as a comment, with its "
        "default. Take the # away to set it.");
    out += comment(cli::value_syntax);
    for (const auto& group : table) {
        out += "\n\n" + comment(group.title);
        for (const auto& o : group.options) {
            out += '\n' + comment(o.help);
            if (o.fallback.empty()) {
                out += '#' + app::toml_line(o, o.value.texts());
                continue;
            }
            out += comment("Default: " + std::string(o.fallback) + ". An example:");
            out += '#' + app::toml_line(o, {std::string(o.example)});
        }
    }
    return out;
}

}  // namespace pulsar::packaging
