#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/markdown.hpp"
#include "support/pages.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <string>

namespace pulsar::test::documented_flags_test {
namespace {

/// Each flag, as in `-t, --threads N`, with its default, empty for a flag that takes no value.
using flag_defaults = std::map<std::string, std::string>;

struct program {
    const char* name;
    launch help;
    const char* page;
    const char* manual_page;

    friend std::ostream& operator<<(std::ostream& out, const program& p) { return out << p.name; }
};

class DocumentedFlags : public testing::TestWithParam<program> {};

flag_defaults flags_of_help(const launch& how) {
    const pattern first_line("^ {2,6}((?:-\\w, )?--[-\\w]+(?: [A-Z]+)?) .*\n$");
    const pattern in_last_brackets(".*\\[([^\\[]*)\\]\n$");
    std::map<std::string, std::string> rows;
    std::string flag;
    for (const auto& line : lines_of(run(how).out)) {
        const auto first = first_line.all_in(line);
        if (!first.empty()) {
            flag = first.front().at(1);
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
        const auto last = in_last_brackets.all_in(row);
        flags[name] = last.empty() ? "" : last.front().at(1);
    }
    EXPECT_FALSE(flags.empty());
    return flags;
}

/// Text of a manual page on one line: flags as they are typed, other macros as they are.
std::string plain(std::string text) {
    text = pattern("\n\\.Fl (-?\\w)").replaced_in(text, "\n-$1");
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

TEST_P(DocumentedFlags, OfThePageAreThoseOfHelp) {
    flag_defaults documented;
    for (auto row : table_rows(repository_file(GetParam().page))) {
        if (!row.at(0).starts_with("`-")) continue;
        for (auto& cell : row)
            std::erase(cell, '`');
        EXPECT_TRUE(documented.emplace(row.at(0), row.at(1)).second) << row.at(0);
    }
    EXPECT_EQ(documented, flags_of_help(GetParam().help));
}

TEST_P(DocumentedFlags, OfTheManualPageAreThoseOfHelp) {
    flag_defaults documented;
    const auto page = repository_file(GetParam().manual_page);
    const pattern item(
        "\\.It (?:Fl (\\w) , )?Fl -([-\\w]+)(?: Ar( [A-Z]+))?(?: \\| "
        ".*)?\n([^]*?)(?=\n\\.It|\n\\.El)");
    for (const auto& match : item.all_in(page)) {
        const auto letter = match.at(1).empty() ? "" : '-' + match.at(1) + ", ";
        const auto flag = letter + "--" + match.at(2) + match.at(3);
        const auto& body = match.at(4);
        const bool bracketed = body.ends_with(']');
        const auto begin = body.rfind("\n[") + 2;
        const auto text = bracketed ? plain(body.substr(begin, body.size() - 1 - begin)) : "";
        EXPECT_TRUE(documented.emplace(flag, text).second) << flag;
    }
    EXPECT_EQ(documented, flags_of_help(GetParam().help));
}

INSTANTIATE_TEST_SUITE_P(
    Of, DocumentedFlags,
    testing::Values(program{"Pulsar", pulsar_with({"--help"}), "README.md", "src/app/pulsar.1"},
                    program{"PulsarBench", bench_with({"--help"}), "src/bench/README.md",
                            "src/bench/pulsar-bench.1"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pulsar::test::documented_flags_test
