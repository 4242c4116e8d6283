#include "pulsar/cli/text.hpp"
#include "pulsar/cli/values.hpp"
#include "support/bad_values.hpp"

#include <gtest/gtest.h>

namespace pulsar::cli::values_test {
namespace {

using namespace std::chrono_literals;

TEST(ParseDuration, NeedsAUnit) {
    EXPECT_EQ(parse_duration("0s"), 0ms);
    EXPECT_EQ(parse_duration("0ms"), 0ms);
    EXPECT_EQ(parse_duration("1ms"), 1ms);
    EXPECT_EQ(parse_duration("90s"), 90s);
    EXPECT_EQ(parse_duration("5m"), 5min);
    EXPECT_EQ(parse_duration("24h"), 24h);
    EXPECT_EQ(parse_duration("86400000ms"), 24h);
}

TEST(ParseDuration, RejectsEverythingElse) {
    for (const auto& text : test::bad_durations)
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

TEST(ParseSize, TakesPowersOf1024) {
    EXPECT_EQ(parse_size("0"), 0U);
    EXPECT_EQ(parse_size("512"), 512U);
    EXPECT_EQ(parse_size("512B"), 512U);
    EXPECT_EQ(parse_size("64K"), 65'536U);
    EXPECT_EQ(parse_size("64KiB"), 65'536U);
    EXPECT_EQ(parse_size("1M"), 1'048'576U);
    EXPECT_EQ(parse_size("1MiB"), 1'048'576U);
    EXPECT_EQ(parse_size("4G"), 4'294'967'296U);
    EXPECT_EQ(parse_size("4GiB"), 4'294'967'296U);
}

TEST(ParseSize, RejectsEverythingElse) {
    for (const auto& text : test::bad_sizes)
        EXPECT_EQ(parse_size(text), std::nullopt) << text;
}

TEST(DurationText, IsTheLargestExactUnit) {
    EXPECT_EQ(duration_text(0ms), "0s");
    EXPECT_EQ(duration_text(1ms), "1ms");
    EXPECT_EQ(duration_text(1500ms), "1500ms");
    EXPECT_EQ(duration_text(1s), "1s");
    EXPECT_EQ(duration_text(60s), "60s");
    EXPECT_EQ(duration_text(90s), "90s");
    EXPECT_EQ(duration_text(120s), "2m");
    EXPECT_EQ(duration_text(60min), "1h");
    EXPECT_EQ(duration_text(61min), "61m");
    EXPECT_EQ(duration_text(24h), "24h");
}

TEST(SizeText, IsTheLargestExactUnit) {
    EXPECT_EQ(size_text(0), "0B");
    EXPECT_EQ(size_text(1), "1B");
    EXPECT_EQ(size_text(1000), "1000B");
    EXPECT_EQ(size_text(1536), "1536B");
    EXPECT_EQ(size_text(1024), "1KiB");
    EXPECT_EQ(size_text(1'048'576), "1MiB");
    EXPECT_EQ(size_text(3'221'225'472), "3GiB");
}

TEST(IsUtf8, KnowsWellFormedSequences) {
    EXPECT_TRUE(is_utf8(""));
    EXPECT_TRUE(
        is_utf8("a\x7f\n \xc3\xa9 \xe2\x82\xac \xed\x9f\xbf \xf0\x9f\x9a\x80 \xf4\x8f\xbf\xbf"));
    for (const auto* bytes : {"\x80", "\xc3", "\xc0\x80", "\xc1\xbf", "\xc3(", "\xe0\x80\x80",
                              "\xe2\x82", "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf0\x9f\x9a",
                              "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
        EXPECT_FALSE(is_utf8(bytes)) << escaped(bytes);
    }
}

TEST(InQuotes, StaysOneReadableLine) {
    EXPECT_EQ(in_quotes(""), R"("")");
    EXPECT_EQ(in_quotes("a \"b\" \\ \n\x1b\xff"), R"("a \"b\" \\ \n\x1b\xff")");
    const std::string cut = in_quotes(std::string(100'000, 'x'));
    EXPECT_EQ(cut, '"' + std::string(200, 'x') + "\"... (100000 bytes)");
}

}  // namespace
}  // namespace pulsar::cli::values_test
