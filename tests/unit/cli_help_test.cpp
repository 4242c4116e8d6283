#include "pulsar/cli/help.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pulsar::cli::help_test {
namespace {

std::string paragraph(std::size_t width, std::string_view text) {
    help_page page(width);
    page.paragraph(text);
    return page.text();
}

TEST(CliHelp, ALineEndsWhereTheNextWordDoesNotFit) {
    EXPECT_EQ(paragraph(11, "one two six"), "one two six\n");
    EXPECT_EQ(paragraph(10, "one two six"), "one two\nsix\n");
    EXPECT_EQ(paragraph(3, "one two six"), "one\ntwo\nsix\n");
}

TEST(CliHelp, OnlyAWordThatIsLongerThanTheLineStandsOut) {
    EXPECT_EQ(paragraph(5, "a longest b"), "a\nlongest\nb\n");
    EXPECT_EQ(paragraph(5, "longest"), "longest\n");
}

TEST(CliHelp, LinesKeepTheirIndentation) {
    EXPECT_EQ(paragraph(9, "Usage: a b c\n  d e f g"), "Usage: a\nb c\n  d e f g\n");
    EXPECT_EQ(paragraph(7, "  d e f g"), "  d e f\n  g\n");
}

option_table two_flags() {
    return {{"Group",
             {{.name = "on", .letter = 'o', .help = "a switch"},
              {.name = "size", .metavar = "S", .help = "how large it is", .fallback = "small"}}}};
}

TEST(CliHelp, FlagsStandBesideTheirTextsWhereThereIsRoom) {
    help_page page(16 + 40);
    page.options(two_flags());
    EXPECT_EQ(page.text(),
              "Group:\n"
              "  -o, --on      a switch\n"
              "      --size S  how large it is [small]\n");
}

TEST(CliHelp, FlagsStandAboveTheirTextsWhereThereIsNot) {
    help_page page(16 + 39);
    page.options(two_flags());
    EXPECT_EQ(page.text(),
              "Group:\n"
              "  -o, --on\n"
              "          a switch\n"
              "      --size S\n"
              "          how large it is [small]\n");
}

TEST(CliHelp, ACommandThatIsBrokenIsOneForAShell) {
    help_page page(16);
    page.examples({{"run --fast --now x", "does it"}, {"stop"}});
    EXPECT_EQ(page.text(),
              "Examples:\n"
              "  run --fast \\\n"
              "    --now x\n"
              "          does\n"
              "          it\n"
              "  stop\n");
}

}  // namespace
}  // namespace pulsar::cli::help_test
