#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Text in printable ASCII for a screen of 100 columns.
namespace pulsar::report {

inline constexpr std::size_t line_width = 100;

using table_row = std::vector<std::string>;

/// The rows one below the other, cells two blanks apart. `columns` has `l` or `r` for each column:
/// the side that its cells are flush with. A row may have fewer cells, or none. Every line ends in
/// a newline and none in a blank.
std::string aligned(std::string_view columns, const std::vector<table_row>& rows);

/// The items with commas between them, in as few lines of `line_width` as they fit; further lines
/// are indented.
std::string listed(const std::vector<std::string>& items);

/// As grouped(), but for what no column holds: files can hold any number.
std::string bounded(double number, int decimals);

/// Any bytes in printable ASCII, with the escapes of the log; what is longer than `width` loses its
/// middle.
std::string fitted(std::string_view bytes, std::size_t width);

}  // namespace pulsar::report
