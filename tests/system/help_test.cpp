#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/process.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace pulsar::test::help_test {
namespace {

struct program {
    const char* name;
    launch help;

    friend std::ostream& operator<<(std::ostream& out, const program& p) { return out << p.name; }
};

class Help : public testing::TestWithParam<program> {
  protected:
    [[nodiscard]] static std::string on_a_pipe() {
        const auto result = run(GetParam().help);
        EXPECT_EQ(result.how, exited(0));
        return result.out;
    }

    [[nodiscard]] static std::string on_a_terminal(std::size_t columns) {
        pseudo_terminal terminal(columns);
        auto how = GetParam().help;
        how.standard[1] = terminal.slave.get();
        process help(how);
        terminal.slave.close();
        capture screen(std::move(terminal.master));
        EXPECT_EQ(help.wait(), exited(0));
        EXPECT_TRUE(screen.wait_for_end());
        return screen.text();
    }
};

std::size_t longest_line(const std::string& text) {
    std::size_t longest = 0;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        longest = std::max(longest, line.size());
    return longest;
}

/// But for what tells a shell that a line goes on.
std::vector<std::string> words_of_help(const std::string& text) {
    auto words = words_of(text);
    std::erase(words, "\\");
    return words;
}

TEST_P(Help, FitsTheTerminalAndBreaksNoWord) {
    const auto words = words_of_help(on_a_pipe());
    EXPECT_GT(words.size(), 100U);
    std::size_t narrower = 30;
    for (const std::size_t columns : {40U, 80U, 120U}) {
        SCOPED_TRACE(columns);
        const auto help = on_a_terminal(columns);
        EXPECT_LE(longest_line(help), columns);
        EXPECT_GT(longest_line(help), narrower) << "room is left";
        EXPECT_EQ(words_of_help(help), words);
        narrower = columns;
    }
}

TEST_P(Help, IsForEightyColumnsWhereThereIsNoTerminal) {
    EXPECT_EQ(on_a_pipe(), on_a_terminal(80));
    EXPECT_EQ(on_a_pipe(), on_a_terminal(0)) << "a terminal that does not know its size";
}

TEST_P(Help, HasBoundsToItsWidth) {
    EXPECT_EQ(on_a_terminal(20), on_a_terminal(40));
    EXPECT_EQ(on_a_terminal(500), on_a_terminal(120));
}

INSTANTIATE_TEST_SUITE_P(Of, Help,
                         testing::Values(program{"Pulsar", pulsar_with({"--help"})},
                                         program{"PulsarBench", bench_with({"--help"})}),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace pulsar::test::help_test
