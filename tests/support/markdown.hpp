#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::test {

/// Each with its newline, which the last may lack.
std::vector<std::string> lines_of(std::string_view text);

/// A fenced code block.
struct code_block {
    std::string page;  ///< where it stands, if that is known
    std::string mark;  ///< `packages` with `<!-- packages -->` in the line above it
    std::string language;
    std::size_t line = 0;  ///< of its opening fence
    std::string content;
};

/// Throws when the last fence is not closed.
std::vector<code_block> code_blocks(std::string_view markdown);

/// The targets of all links in the text, `PATH`, `PATH#ANCHOR` or `#ANCHOR`, in order.
std::vector<std::string> links(std::string_view markdown);

/// What a `#` leads to: the headings, in the form that GitHub gives them.
std::set<std::string> anchors(std::string_view markdown);

/// A command of a transcript, which stands behind `$ `, and what it printed.
struct command {
    std::string line;
    std::string output;
};

std::vector<command> commands(std::string_view transcript);

/// The cells of all rows that look like a table's, without the space around them.
std::vector<std::vector<std::string>> table_rows(std::string_view markdown);

/// The rows, without head and rule, of the first table that has `first_column` at its top left.
/// Throws when there is none.
std::vector<std::vector<std::string>> rows_of_table(std::string_view markdown,
                                                    std::string_view first_column);

}  // namespace pulsar::test
