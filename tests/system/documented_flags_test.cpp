#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/markdown.hpp"
#include "support/process.hpp"
#include "support/readme.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <regex>
#include <string>

namespace pulsar::test {
namespace {

/// Each flag, as in `-t, --threads N`, with its default, empty for a flag that takes no value.
using flag_defaults = std::map<std::string, std::string>;

struct program {
    const char* name;
    launch help;
    const char* section;  ///< of the README
    const char* page;

    friend std::ostream& operator<<(std::ostream& out, const program& p) { return out << p.name; }
};

class DocumentedFlags : public testing::TestWithParam<program> {};

flag_defaults flags_of_help(const launch& how) {
    const std::regex first_line(" +((-\\w, )?--[-\\w]+( [A-Z]+)?) .*\n");
    const std::regex in_last_brackets(".*\\[([^\\[]*)\\]\n");
    std::map<std::string, std::string> rows;
    std::string flag;
    for (const auto& line : lines_of(run(how).out)) {
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
    EXPECT_FALSE(flags.empty());
    return flags;
}

/// Text of a manual page on one line: flags as they are typed, other macros as they are.
std::string plain(std::string text) {
    text = std::regex_replace(text, std::regex("\n\\.Fl (-?\\w)"), "\n-$1");
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

TEST_P(DocumentedFlags, OfTheReadmeAreThoseOfHelp) {
    flag_defaults documented;
    for (auto row : table_rows(section(repository_file("README.md"), GetParam().section))) {
        if (!row.at(0).starts_with("`-")) continue;
        for (auto& cell : row)
            std::erase(cell, '`');
        EXPECT_TRUE(documented.emplace(row.at(0), row.at(1)).second) << row.at(0);
    }
    EXPECT_EQ(documented, flags_of_help(GetParam().help));
}

TEST_P(DocumentedFlags, OfTheManualPageAreThoseOfHelp) {
    flag_defaults documented;
    const auto page = repository_file(GetParam().page);
    const std::regex item(
        "\\.It (?:Fl (\\w) , )?Fl -([-\\w]+)( Ar [A-Z]+)?(?: \\| .*)?\n([^]*?)(?=\n\\.It|\n\\.El)");
    for (std::sregex_iterator at(page.begin(), page.end(), item), end; at != end; ++at) {
        const auto& match = *at;
        auto flag = match[1].matched ? '-' + match[1].str() + ", --" : std::string("--");
        flag += match[2].str();
        if (match[3].matched) flag += match[3].str().substr(3);
        const auto body = match[4].str();
        const bool bracketed = body.ends_with(']');
        const auto begin = body.rfind("\n[") + 2;
        const auto text = bracketed ? plain(body.substr(begin, body.size() - 1 - begin)) : "";
        EXPECT_TRUE(documented.emplace(flag, text).second) << flag;
    }
    EXPECT_EQ(documented, flags_of_help(GetParam().help));
}

INSTANTIATE_TEST_SUITE_P(Of, DocumentedFlags,
                         testing::Values(program{"Pulsar", pulsar_with({"--help"}), "Configuration",
                                                 "src/app/pulsar.1"},
                                         program{"PulsarBench", bench_with({"--help"}),
                                                 "Load testing", "src/bench/pulsar-bench.1"}),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pulsar::test
