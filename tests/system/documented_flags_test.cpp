#include "support/daemon.hpp"
#include "support/process.hpp"
#include "support/readme.hpp"

#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <string>

namespace pulsar::test {
namespace {

/// Each flag, as in `-t, --threads N`, with its default, empty for a flag that takes no value.
using flag_defaults = std::map<std::string, std::string>;

flag_defaults flags_of_help() {
    const std::regex first_line(" +((-\\w, )?--[-\\w]+( [A-Z]+)?) .*\n");
    const std::regex in_last_brackets(".*\\[([^\\[]*)\\]\n");
    std::map<std::string, std::string> rows;
    std::string flag;
    for (const auto& line : lines_of(run(pulsar_with({"--help"})).out)) {
        std::smatch match;
        if (std::regex_match(line, match, first_line)) {
            flag = match[1];
        } else if (!line.starts_with("       ")) {
            flag.clear();
        }
        if (flag.empty()) continue;
        auto& row = rows[flag];
        if (!row.empty()) row.back() = ' ';
        row += line.substr(line.find_first_not_of(' '));
    }
    flag_defaults flags;
    for (const auto& [name, row] : rows) {
        std::smatch match;
        flags[name] = std::regex_match(row, match, in_last_brackets) ? match[1].str() : "";
    }
    return flags;
}

TEST(DocumentedFlags, OfTheReadmeAreThoseOfHelp) {
    flag_defaults documented;
    for (auto row : table_rows(repository_file("README.md"))) {
        if (!row.at(0).starts_with("`-")) continue;
        for (auto& cell : row)
            std::erase(cell, '`');
        EXPECT_TRUE(documented.emplace(row.at(0), row.at(1)).second) << row.at(0);
    }
    EXPECT_EQ(documented, flags_of_help());
}

TEST(DocumentedFlags, OfTheManualPageAreThoseOfHelp) {
    flag_defaults documented;
    const auto page = repository_file("src/app/pulsar.1");
    const std::regex item(
        "\\.It (?:Fl (\\w) , )?Fl -([-\\w]+)( Ar [A-Z]+)?\n([^]*?)(?=\n\\.It|\n\\.El)");
    for (std::sregex_iterator at(page.begin(), page.end(), item), end; at != end; ++at) {
        const auto& match = *at;
        auto flag = match[1].matched ? '-' + match[1].str() + ", --" : std::string("--");
        flag += match[2].str();
        if (match[3].matched) flag += match[3].str().substr(3);
        const auto body = match[4].str();
        const bool bracketed = body.ends_with(']');
        const auto begin = body.rfind("\n[") + 2;
        documented[flag] = bracketed ? body.substr(begin, body.size() - 1 - begin) : "";
    }
    EXPECT_EQ(documented, flags_of_help());
}

}  // namespace
}  // namespace pulsar::test
