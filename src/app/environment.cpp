#include "pulsar/app/environment.hpp"

namespace pulsar::app {
namespace {

/// An empty item stays, for the option to reject.
std::vector<std::string> split_at_commas(std::string_view text) {
    std::vector<std::string> items;
    for (;;) {
        const auto comma = text.find(',');
        items.emplace_back(text.substr(0, comma));
        if (comma == std::string_view::npos) return items;
        text.remove_prefix(comma + 1);
    }
}

}  // namespace

std::string variable_name(std::string_view option) {
    std::string name = "PULSAR_";
    for (const char c : option) {
        const bool lower = c >= 'a' && c <= 'z';
        name += c == '-' ? '_' : lower ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return name;
}

std::vector<cli::setting> read_environment(const environment& variables,
                                           const cli::option_table& table) {
    std::vector<cli::setting> settings;
    for (const auto& group : table) {
        for (const auto& o : group.options) {
            const auto name = variable_name(o.name);
            const char* const text = variables(name);
            if (text == nullptr) continue;
            const bool list = o.value.shape == cli::toml_shape::list;
            settings.push_back(
                {&o, name, list ? split_at_commas(text) : std::vector<std::string>{text}});
        }
    }
    return settings;
}

}  // namespace pulsar::app
