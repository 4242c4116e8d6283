#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the log may write, and how it is read back, by the rules of src/log/README.md alone.
namespace pulsar::fuzz {

/// A character of UTF-8, or one byte that is not part of any, without a code point.
struct piece {
    std::string_view bytes;
    std::optional<char32_t> code_point;
};

/// What `text`, which is not empty, begins with, by the table of well-formed sequences (Unicode,
/// table 3-7; RFC 3629, section 4).
piece first_piece(std::string_view text);

/// Whether it is UTF-8 that a terminal shows as one line, in the order in which it stands.
bool is_one_safe_line(std::string_view text);

/// With `\xHH` in the place of each byte that is not UTF-8.
std::string with_bytes_spelled(std::string_view text);

/// Reads ` key=value` until the end, and undoes quotes and escapes. Nothing if it is not that.
std::optional<std::vector<std::pair<std::string, std::string>>> read_fields(std::string_view text);

}  // namespace pulsar::fuzz
