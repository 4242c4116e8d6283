#include "pulsar/cli/help.hpp"

#include "pulsar/system/terminal.hpp"

#include <algorithm>
#include <unistd.h>

namespace pulsar::cli {
namespace {

// Text narrower than this beside its flag would be hard to read, and goes below it.
constexpr std::size_t narrowest_text = 40;
constexpr std::size_t indent_below = 10;

std::string term_of(const option& o) {
    auto term =
        o.letter == '\0' ? std::string("      ") : std::string{' ', ' ', '-', o.letter, ',', ' '};
    term.append("--").append(o.name);
    if (!o.metavar.empty()) term.append(" ").append(o.metavar);
    return term;
}

std::string text_of(const option& o) {
    std::string text(o.help);
    if (o.metavar.empty()) return text;
    const auto fallback = o.fallback.empty() ? o.value.texts().front() : std::string(o.fallback);
    return text.append(" [").append(fallback).append("]");
}

}  // namespace

std::size_t help_width() {
    constexpr std::size_t narrowest = 40;
    constexpr std::size_t widest = 120;  // longer lines are hard to read
    constexpr std::size_t usual = 80;
    return std::clamp(system::terminal_columns(STDOUT_FILENO).value_or(usual), narrowest, widest);
}

void help_page::paragraph(std::string_view text) {
    if (!text_.empty()) text_ += '\n';
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const auto indent = std::min(line.find_first_not_of(' '), line.size());
        text_.append(indent, ' ');
        wrap(line.substr(indent), indent, indent);
    }
}

void help_page::options(const option_table& table) {
    std::vector<std::vector<row>> groups;
    std::size_t widest = 0;
    for (const auto& group : table) {
        auto& all = groups.emplace_back();
        for (const auto& o : group.options) {
            all.push_back({term_of(o), text_of(o)});
            widest = std::max(widest, all.back().term.size());
        }
    }
    for (std::size_t i = 0; i < table.size(); ++i)
        rows(table[i].title, groups[i], widest + 2);
}

void help_page::examples(const std::vector<example>& all) {
    paragraph("Examples:");
    for (const auto& [command, what] : all) {
        text_ += "  ";
        wrap(command, 2, 4, " \\\n");  // as a shell reads it
        if (what.empty()) continue;
        text_.append(indent_below, ' ');
        wrap(what, indent_below, indent_below);
    }
}

void help_page::rows(std::string_view title, const std::vector<row>& all, std::size_t column) {
    paragraph(std::string(title) + ':');
    const bool below = width_ < column + narrowest_text;
    const auto indent = below ? indent_below : column;
    for (const auto& [term, text] : all) {
        text_ += term;
        if (below) text_ += '\n';
        text_.append(below ? indent : column - term.size(), ' ');
        wrap(text, indent, indent);
    }
}

/// Appends words that begin in `column`, and ends the line; others begin in `indent`.
void help_page::wrap(std::string_view words, std::size_t column, std::size_t indent,
                     std::string_view line_end) {
    const auto limit = width_ - (line_end.size() - 1);
    for (bool first = true; !words.empty(); first = false) {
        const auto word = words.substr(0, words.find(' '));
        words.remove_prefix(std::min(word.size() + 1, words.size()));
        if (!first && column + 1 + word.size() > limit) {
            text_.append(line_end).append(indent, ' ');
            column = indent;
        } else if (!first) {
            text_ += ' ';
            ++column;
        }
        text_ += word;
        column += word.size();
    }
    text_ += '\n';
}

}  // namespace pulsar::cli
