#include "pulsar/cli/text.hpp"
#include "pulsar/cli/values.hpp"

#include <gtest/gtest.h>

namespace pulsar::cli {
namespace {

using namespace std::chrono_literals;

TEST(ParseNumber, ReadsWholeDigits) {
    EXPECT_EQ(parse_number("0"), 0U);
    EXPECT_EQ(parse_number("1048576"), 1'048'576U);
    EXPECT_EQ(parse_number("18446744073709551615"), 18'446'744'073'709'551'615U);
}

TEST(ParseNumber, RejectsEverythingElse) {
    for (const auto* text :
         {"", "-1", "+1", "010", "00", "0x50", "1.5", "1e9", "nan", " 1", "1 ", "1,000", "1'000",
          "18446744073709551616", "99999999999999999999999", "\xd9\xa1", "one"}) {
        EXPECT_EQ(parse_number(text), std::nullopt) << text;
    }
    EXPECT_EQ(parse_number(std::string_view("1\0", 2)), std::nullopt);
}

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
    for (const auto* text : {"",
                             "0",
                             "10",
                             "s",
                             "1.5s",
                             "10 s",
                             " 10s",
                             "10s ",
                             "-1s",
                             "+1s",
                             "010s",
                             "00s",
                             "0x5s",
                             "1e3s",
                             "10S",
                             "10sec",
                             "1us",
                             "1d",
                             "1h30m",
                             "25h",
                             "86400001ms",
                             "86401s",
                             "1441m",
                             "18446744073709551615h",
                             "99999999999999999999s",
                             "nan",
                             "inf",
                             "never"}) {
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
    }
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
    for (const auto* text : {"",
                             "B",
                             "MiB",
                             "1.5M",
                             "1 MiB",
                             "-1",
                             "+1M",
                             "010",
                             "0x50",
                             "1e9",
                             "1k",
                             "1kB",
                             "1KB",
                             "1MB",
                             "1mib",
                             "1T",
                             "1TiB",
                             "1b",
                             "1MiBs",
                             "18446744073709551615K",
                             "17179869184G"}) {
        EXPECT_EQ(parse_size(text), std::nullopt) << text;
    }
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
}  // namespace pulsar::cli
