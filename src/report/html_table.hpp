#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pulsar::report {

/// Words are text of a page already.
struct html_row {
    std::string name;
    std::string value;
};

/// A table with a heading, of a name and a value to each row.
std::string html_table(std::string_view caption, const std::vector<html_row>& rows);

/// Cells of a table with a heading to each column; the first of each row is the row's heading.
std::string html_grid(std::string_view caption, const std::vector<std::string>& columns,
                      const std::vector<std::vector<std::string>>& rows);

}  // namespace pulsar::report
