// What the tests of the pages stand on finds what is there, and no more.

#include "support/markdown.hpp"

#include "support/pattern.hpp"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace pulsar::test::markdown_test {
namespace {

using strings = std::vector<std::string>;

const std::string page = R"(# A page, of `pulsar`

See [here](#a-page-of-pulsar) and [there](other.md), [both](other.md#part).

<!-- packages -->
```sh
# no heading
echo [no](link)
```

```text
plain
```

## Part_2: open-ended

| one | two |
| --- | --- |
| `a` | b |
)";

TEST(Markdown, FindsBlocksWithTheMarkAboveThem) {
    const auto blocks = code_blocks(page);
    ASSERT_EQ(blocks.size(), 2u);
    EXPECT_EQ(blocks[0].mark, "packages");
    EXPECT_EQ(blocks[0].language, "sh");
    EXPECT_EQ(blocks[0].line, 6u);
    EXPECT_EQ(blocks[0].content, "# no heading\necho [no](link)\n");
    EXPECT_EQ(blocks[1].mark, "");
    EXPECT_EQ(blocks[1].language, "text");
    EXPECT_EQ(blocks[1].content, "plain\n");
    EXPECT_THROW(code_blocks("```sh\nopen\n"), std::runtime_error);
}

TEST(Markdown, FindsLinksAndAnchorsOutsideOfBlocks) {
    EXPECT_EQ(links(page), (strings{"#a-page-of-pulsar", "other.md", "other.md#part"}));
    EXPECT_EQ(anchors(page), (std::set<std::string>{"a-page-of-pulsar", "part_2-open-ended"}));
}

TEST(Markdown, FindsTheRowsOfATable) {
    EXPECT_EQ(rows_of_table(page, "one"), (std::vector<strings>{{"`a`", "b"}}));
    EXPECT_THROW(rows_of_table(page, "two"), std::runtime_error);
}

TEST(Markdown, TellsCommandsFromTheirOutput) {
    const auto found = commands("$ first\none\ntwo\n$ second\n");
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].line, "first");
    EXPECT_EQ(found[0].output, "one\ntwo\n");
    EXPECT_EQ(found[1].line, "second");
    EXPECT_EQ(found[1].output, "");
    EXPECT_THROW(commands("output\n"), std::runtime_error);
}

TEST(Pattern, TellsAllOfATextFromAPartOfIt) {
    const pattern digits("\\d+");
    EXPECT_TRUE(digits.matches("12"));
    EXPECT_FALSE(digits.matches("12 "));
    EXPECT_TRUE(digits.is_in("12 "));
    EXPECT_FALSE(digits.is_in(" "));
}

TEST(Pattern, FindsAndReplacesEachPart) {
    const pattern pair("(\\w)=(\\d)?");
    EXPECT_EQ(pair.all_in("a=1 b="), (std::vector<strings>{{"a=1", "a", "1"}, {"b=", "b", ""}}));
    EXPECT_EQ(pair.replaced_in("a=1 b=", "$1"), "a b");
}

}  // namespace
}  // namespace pulsar::test::markdown_test
