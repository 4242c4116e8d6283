#include "layout.hpp"

#include "pulsar/cli/text.hpp"
#include "pulsar/report/format.hpp"

#include <algorithm>

namespace pulsar::report {
namespace {

std::string flush(char side, const std::string& cell, std::size_t width) {
    const std::string blanks(width - cell.size(), ' ');
    return side == 'r' ? blanks + cell : cell + blanks;
}

std::string in_ascii(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : cli::escaped(bytes)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            out += c;
        } else {
            out.append("\\x").append({digits[byte >> 4U], digits[byte & 0xfU]});
        }
    }
    return out;
}

}  // namespace

std::string aligned(std::string_view columns, const std::vector<table_row>& rows) {
    std::vector<std::size_t> widths(columns.size(), 0);
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    }
    std::string out;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i)
            line += (i == 0 ? "" : "  ") + flush(columns[i], row[i], widths[i]);
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + '\n';
    }
    return out;
}

std::string listed(const std::vector<std::string>& items) {
    std::string out;
    std::size_t column = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto item = items[i] + (i + 1 < items.size() ? "," : "");
        if (column > 0 && column + 1 + item.size() > line_width) {
            out += "\n ";
            column = 1;
        }
        if (column > 0) out += ' ';
        out += item;
        column += item.size() + 1;
    }
    return out + '\n';
}

std::string bounded(double number, int decimals) {
    return number < 1e15 ? grouped(number, decimals) : ">10^15";
}

std::string fitted(std::string_view bytes, std::size_t width) {
    constexpr std::string_view gap = "...";
    auto text = in_ascii(bytes);
    if (text.size() <= width) return text;
    const auto head = (width - gap.size()) / 2;
    const auto tail = width - gap.size() - head;
    return text.replace(head, text.size() - head - tail, gap);
}

}  // namespace pulsar::report
