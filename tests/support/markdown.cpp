#include "support/markdown.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <utility>

namespace pulsar::test {
namespace {

std::string trimmed(std::string_view text) {
    const auto first = std::min(text.find_first_not_of(" \n"), text.size());
    const auto last = text.find_last_not_of(" \n") + 1;
    return std::string(text.substr(first, std::max(first, last) - first));
}

/// Of a line that is a comment and nothing else; else nothing.
std::string comment_in(std::string_view line) {
    constexpr std::string_view begin = "<!-- ";
    constexpr std::string_view end = " -->\n";
    if (!line.starts_with(begin) || !line.ends_with(end)) return {};
    return std::string(line.substr(begin.size(), line.size() - begin.size() - end.size()));
}

std::vector<std::string> lines_outside_of_blocks(std::string_view markdown) {
    std::vector<std::string> lines;
    bool inside = false;
    for (auto& line : lines_of(markdown)) {
        const bool fence = line.starts_with("```");
        if (fence) inside = !inside;
        if (!fence && !inside) lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

std::vector<code_block> code_blocks(std::string_view markdown) {
    std::vector<code_block> blocks;
    code_block open;
    bool inside = false;
    std::size_t number = 0;
    std::string above;
    for (const auto& line : lines_of(markdown)) {
        ++number;
        if (line.starts_with("```")) {
            inside = !inside;
            if (inside) {
                open = {{}, comment_in(above), trimmed(line.substr(3)), number, {}};
            } else {
                blocks.push_back(open);
            }
        } else if (inside) {
            open.content += line;
        }
        above = line;
    }
    if (inside) throw std::runtime_error("open fence in line " + std::to_string(open.line));
    return blocks;
}

std::vector<std::string> links(std::string_view markdown) {
    std::vector<std::string> targets;
    for (const auto& line : lines_outside_of_blocks(markdown)) {
        for (auto at = line.find("]("); at != line.npos; at = line.find("](", at + 1)) {
            const auto begin = at + 2;
            targets.push_back(line.substr(begin, line.find(')', begin) - begin));
        }
    }
    return targets;
}

std::set<std::string> anchors(std::string_view markdown) {
    std::set<std::string> found;
    for (const auto& line : lines_outside_of_blocks(markdown)) {
        const auto text = line.find_first_not_of('#');
        if (text == 0 || line.at(text) != ' ') continue;
        std::string anchor;
        for (const auto character : trimmed(line.substr(text))) {
            const auto byte = static_cast<unsigned char>(character);
            if (std::isalnum(byte) != 0 || character == '-' || character == '_') {
                anchor += static_cast<char>(std::tolower(byte));
            } else if (character == ' ') {
                anchor += '-';
            }
        }
        found.insert(anchor);
    }
    return found;
}

std::vector<command> commands(std::string_view transcript) {
    std::vector<command> found;
    for (const auto& line : lines_of(transcript)) {
        if (line.starts_with("$ ")) {
            found.push_back({trimmed(line.substr(2)), {}});
        } else if (found.empty()) {
            throw std::runtime_error("output before a command: " + line);
        } else {
            found.back().output += line;
        }
    }
    return found;
}

std::vector<std::vector<std::string>> table_rows(std::string_view markdown) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& line : lines_of(markdown)) {
        if (!line.starts_with("| ")) continue;
        std::vector<std::string> cells;
        for (std::size_t begin = 1, end = 0; end = line.find('|', begin), end != line.npos;
             begin = end + 1) {
            cells.push_back(trimmed(line.substr(begin, end - begin)));
        }
        rows.push_back(std::move(cells));
    }
    return rows;
}

std::vector<std::vector<std::string>> rows_of_table(std::string_view markdown,
                                                    std::string_view first_column) {
    auto rows = table_rows(markdown);
    const auto head = std::find_if(rows.begin(), rows.end(),
                                   [&](const auto& row) { return row.at(0) == first_column; });
    if (head == rows.end()) throw std::runtime_error("no table " + std::string(first_column));
    // A rule follows the head of this table, and that of the next.
    const auto is_rule = [](const auto& row) { return row.at(0).starts_with("---"); };
    const auto first = head + 2;
    const auto next = std::find_if(first, rows.end(), is_rule);
    return {first, next == rows.end() ? next : next - 1};
}

}  // namespace pulsar::test
