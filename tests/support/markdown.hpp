#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::test {

/// Each with its newline, which the last may lack.
std::vector<std::string> lines_of(std::string_view text);

/// A fenced code block.
struct code_block {
    std::string section;  ///< the `## ` heading above it
    std::string language;
    std::size_t line = 0;  ///< of its opening fence
    std::string content;
};

/// Throws when the last fence is not closed.
std::vector<code_block> code_blocks(std::string_view markdown);

/// A command of a transcript, which stands behind `$ `, and what it printed.
struct command {
    std::string line;
    std::string output;
};

std::vector<command> commands(std::string_view transcript);

/// The cells of all rows that look like a table's, without the space around them.
std::vector<std::vector<std::string>> table_rows(std::string_view markdown);

}  // namespace pulsar::test
