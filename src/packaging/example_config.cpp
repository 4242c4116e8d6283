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

/// What else the services of systemd make of it.
std::string_view note_for_services(std::string_view key) {
    if (key == "listen") {
        return "It has no effect in pulsar-activated.service: the addresses stand in "
               "pulsar.socket.";
    }
    if (key == "admin") {
        return "In pulsar-activated.service a Unix socket, unix:/run/pulsar/admin.sock, or fd:NAME "
               "of another socket unit: it has no network.";
    }
    if (key == "backlog") {
        return "Once it is set, even to the default, it also holds for sockets that systemd hands "
               "over, in place of Backlog= of their unit.";
    }
    return "";
}

}  // namespace

std::string example_config(const cli::option_table& table) {
    auto out = comment(
        "The configuration of pulsar. Its keys are the flags of pulsar(1). Each stands here as a "
        "comment, with its default. Take the # away to set it.");
    out += comment(cli::value_syntax);
    for (const auto& group : table) {
        out += "\n\n" + comment(group.title);
        for (const auto& o : group.options) {
            out += '\n' + comment(o.help);
            if (const auto note = note_for_services(o.name); !note.empty()) out += comment(note);
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
