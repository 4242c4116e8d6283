#include "pulsar/log/escape.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pulsar::log::escape_test {
namespace {

using namespace std::string_literals;

std::string text(std::string_view bytes) {
    std::string out;
    append_text_value(out, bytes);
    return out;
}

std::string json(std::string_view bytes) {
    std::string out;
    append_json(out, bytes);
    return out;
}

std::string parsed(std::string_view bytes) {
    return boost::json::value_to<std::string>(boost::json::parse(json(bytes)));
}

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += {'\\', 'x', "0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
    }
    return out;
}

TEST(LogEscape, TextQuotesOnlyWhatNeedsIt) {
    EXPECT_EQ(text("127.0.0.1:8080"), "127.0.0.1:8080");
    EXPECT_EQ(text("[::1]:80"), "[::1]:80");
    EXPECT_EQ(text("it's"), "it's");
    EXPECT_EQ(text(""), R"("")");
    EXPECT_EQ(text("GET "), R"("GET ")");
    EXPECT_EQ(text("a=b"), R"("a=b")");
    EXPECT_EQ(text(R"(say "hi")"), R"("say \"hi\"")");
    EXPECT_EQ(text(R"(C:\tmp)"), R"("C:\\tmp")");
    EXPECT_EQ(text("é"), "\"é\"");
}

TEST(LogEscape, EveryByteInText) {
    for (int value = 0; value < 256; ++value) {
        const std::string byte(1, static_cast<char>(value));
        std::string expected = '"' + hex(byte) + '"';
        if (value == '\n') expected = R"("\n")";
        if (value == '\t') expected = R"("\t")";
        if (value == '\r') expected = R"("\r")";
        if (value >= 0x21 && value <= 0x7e) expected = byte;
        if (value == ' ' || value == '=') expected = '"' + byte + '"';
        if (value == '"' || value == '\\') expected = "\"\\" + byte + '"';
        EXPECT_EQ(text(byte), expected) << value;
    }
}

TEST(LogEscape, EveryByteInJson) {
    for (int value = 0; value < 256; ++value) {
        const std::string byte(1, static_cast<char>(value));
        EXPECT_EQ(parsed(byte), value < 0x80 ? byte : hex(byte)) << value;
    }
    EXPECT_EQ(json("\"\\/\n\t\r"), R"("\"\\/\n\t\r")");
    EXPECT_EQ(json("\0\x1b\x7f"s), R"("\u0000\u001b\u007f")");
    EXPECT_EQ(json("\xff"), R"("\\xff")");
}

TEST(LogEscape, WellFormedUtf8StaysAsItIs) {
    for (const std::string sample : {"\u00a0", "é", "\u07ff", "\u0800", "漢字", "\ud7ff", "\ue000",
                                     "\uffff", "\U00010000", "🦊", "\U0010ffff"}) {
        EXPECT_EQ(text(sample), '"' + sample + '"');
        EXPECT_EQ(json(sample), '"' + sample + '"');
        EXPECT_EQ(parsed(sample), sample);
    }
}

TEST(LogEscape, IllFormedUtf8IsBytes) {
    // Each of them one ill-formed byte after the other.
    for (const std::string sample : {"\x80", "\xbf", "\xc3", "\xe6\xbc", "\xf0\x9f\xa6",  // cut
                                     "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf",  // overlong
                                     "\xf0\x8f\xbf\xbf",                      //
                                     "\xed\xa0\x80", "\xed\xbf\xbf",          // surrogate
                                     "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",  // over U+10FFFF
                                     "\xf8\x88\x80\x80\x80", "\xfe", "\xff"}) {
        EXPECT_EQ(text(sample), '"' + hex(sample) + '"');
        EXPECT_EQ(parsed(sample), hex(sample));
    }
}

TEST(LogEscape, ACutSequenceDoesNotSwallowWhatFollows) {
    EXPECT_EQ(text("\xe6\xbcG\""), R"("\xe6\xbcG\"")");
    EXPECT_EQ(parsed("\xe6\xbcG\""), "\\xe6\\xbcG\"");
    EXPECT_EQ(text("\xe6é"), "\"\\xe6é\"");
}

TEST(LogEscape, WhatCouldBreakOrDisguiseALineIsEscaped) {
    const std::vector<std::pair<std::string, std::string>> samples{
        {"\u0080", R"(\u0080)"}, {"\u0085", R"(\u0085)"}, {"\u009b", R"(\u009b)"},
        {"\u009f", R"(\u009f)"}, {"\u2028", R"(\u2028)"}, {"\u2029", R"(\u2029)"},
        {"\u202e", R"(\u202e)"}, {"\u2066", R"(\u2066)"}, {"\u2069", R"(\u2069)"}};
    for (const auto& [sample, escaped] : samples) {
        EXPECT_EQ(text(sample), '"' + hex(sample) + '"');
        EXPECT_EQ(json(sample), '"' + escaped + '"');
        EXPECT_EQ(parsed(sample), sample);
    }
    EXPECT_EQ(text("\u2027\u202f"), "\"\u2027\u202f\"");
}

TEST(LogEscape, AnyBytesAreOneLineOfPrintableText) {
    std::mt19937 random(20'261'122);
    // Mostly bytes with a meaning of their own, so that sequences come about.
    const std::string likely = "\"\\\n\x1b =G\x80\xa8\xbf\xc2\xe2\xed\xf0\xf4"s + '\0';
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes(random() % 12, '\0');
        for (auto& c : bytes) {
            c = random() % 4 ? likely[random() % likely.size()] : static_cast<char>(random() % 256);
        }
        for (const auto& line : {text(bytes), json(bytes)}) {
            for (const char c : line) {
                const auto byte = static_cast<unsigned char>(c);
                ASSERT_TRUE(byte >= 0x20 && byte != 0x7f) << hex(bytes);
            }
        }
        ASSERT_NO_THROW(parsed(bytes)) << hex(bytes);
        std::string escaped;
        append_text(escaped, bytes);
        ASSERT_TRUE(text(bytes) == escaped || text(bytes) == '"' + escaped + '"') << hex(bytes);
    }
}

}  // namespace
}  // namespace pulsar::log::escape_test
