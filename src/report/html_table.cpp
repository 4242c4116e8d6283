#include "html_table.hpp"

#include <cstddef>

namespace pulsar::report {
namespace {

std::string opening(std::string_view kind, std::string_view caption) {
    return std::string("<table class=\"").append(kind).append("\">\n<caption>").append(caption) +
           "</caption>\n";
}

std::string row_heading(std::string_view words) {
    return std::string("<tr><th scope=\"row\">").append(words).append("</th>");
}

}  // namespace

std::string html_table(std::string_view caption, const std::vector<html_row>& rows) {
    auto out = opening("pairs", caption) + "<tbody>\n";
    for (const auto& row : rows)
        out += row_heading(row.name) + "<td>" + row.value + "</td></tr>\n";
    return out + "</tbody>\n</table>\n";
}

std::string html_grid(std::string_view caption, const std::vector<std::string>& columns,
                      const std::vector<std::vector<std::string>>& rows) {
    auto out = opening("grid-table", caption) + "<thead><tr>";
    for (const auto& column : columns)
        out += "<th scope=\"col\">" + column + "</th>";
    out += "</tr></thead>\n<tbody>\n";
    for (const auto& row : rows) {
        out += row_heading(row.front());
        for (std::size_t i = 1; i < row.size(); ++i)
            out += "<td>" + row[i] + "</td>";
        out += "</tr>\n";
    }
    return out + "</tbody>\n</table>\n";
}

}  // namespace pulsar::report
