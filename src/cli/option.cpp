#include "pulsar/cli/option.hpp"

#include "pulsar/cli/usage_error.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace pulsar::cli {
namespace {

/// How many characters have to be inserted, removed or replaced (Levenshtein).
std::size_t edit_distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (const char c : from) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 0; j < to.size(); ++j) {
            const auto replaced = diagonal + (c == to[j] ? 0U : 1U);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
        }
    }
    return row.back();
}

}  // namespace

const std::string& setting::single() const {
    if (texts.size() > 1) throw bad_value(where, texts[1], "given twice, expected one value");
    return texts.front();
}

void assign(const std::vector<setting>& settings) {
    for (const auto& one : settings)
        if (one.of->value.assign) one.of->value.assign(one);
}

std::vector<option> common_options() {
    return {{.name = "help", .letter = 'h', .help = "prints this, and exits"},
            {.name = "version",
             .letter = 'V',
             .help = "prints the version, compiler and libraries, and exits"}};
}

const option* find_option(const option_table& table, std::string_view name) {
    for (const auto& group : table) {
        const auto found = std::ranges::find(group.options, name, &option::name);
        if (found != group.options.end()) return &*found;
    }
    return nullptr;
}

const option* nearest_option(const option_table& table, std::string_view name) {
    // A third of the characters may be wrong. That also bounds the work for a very long name.
    const option* nearest = nullptr;
    auto least = name.size() / 3 + 1;
    for (const auto& group : table) {
        for (const auto& o : group.options) {
            if (name.size() > 2 * o.name.size()) continue;
            const auto distance = edit_distance(name, o.name);
            if (distance >= least) continue;
            least = distance;
            nearest = &o;
        }
    }
    return nearest;
}

}  // namespace pulsar::cli
