#include "pulsar/cli/help_row.hpp"

namespace pulsar::cli {
namespace {

constexpr std::size_t width = 100;
constexpr std::size_t indent = 31;

/// Starts in column `indent`, breaks at blanks, and ends the line.
std::string wrapped(std::string_view text) {
    std::string out;
    constexpr auto room = width - indent;
    while (text.size() > room) {
        const auto blank = text.rfind(' ', room);
        out.append(text.substr(0, blank)).append(1, '\n').append(indent, ' ');
        text.remove_prefix(blank + 1);
    }
    return out.append(text).append(1, '\n');
}

}  // namespace

std::string help_row(char letter, std::string_view name_and_value, std::string_view help) {
    auto row = letter == '\0' ? "      " : std::string{' ', ' ', '-', letter, ',', ' '};
    row.append(name_and_value).resize(indent, ' ');
    return row + wrapped(help);
}

}  // namespace pulsar::cli
