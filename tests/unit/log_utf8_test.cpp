#include "pulsar/log/utf8.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace pulsar::log::utf8_test {
namespace {

/// By the table of RFC 3629, section 3.
std::string encoded(char32_t code_point) {
    const auto byte = [](char32_t value) { return static_cast<char>(value); };
    const auto tail = [&](unsigned shift) { return byte(0x80 | (code_point >> shift & 0x3f)); };
    if (code_point < 0x80) return {byte(code_point)};
    if (code_point < 0x800) return {byte(0xc0 | code_point >> 6), tail(0)};
    if (code_point < 0x10000) return {byte(0xe0 | code_point >> 12), tail(6), tail(0)};
    return {byte(0xf0 | code_point >> 18), tail(12), tail(6), tail(0)};
}

TEST(LogUtf8, KnowsEveryCodePointWhateverFollows) {
    for (char32_t code_point = 0; code_point <= 0x10ffff; ++code_point) {
        const auto bytes = encoded(code_point);
        const auto found = first_character(bytes + '\x80');
        if (code_point >= 0xd800 && code_point <= 0xdfff) {
            ASSERT_FALSE(found) << std::uint32_t{code_point};
            continue;
        }
        ASSERT_TRUE(found) << std::uint32_t{code_point};
        ASSERT_EQ(found->size, bytes.size()) << std::uint32_t{code_point};
        ASSERT_EQ(found->code_point, code_point);
    }
    for (const char32_t beyond : {0x110000U, 0x13ffffU, 0x140000U, 0x1fffffU})
        EXPECT_FALSE(first_character(encoded(beyond))) << std::uint32_t{beyond};
}

TEST(LogUtf8, KnowsNoLongerFormThanNeedBe) {
    for (const std::string_view bytes : {"\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf",
                                         "\xf8\x88\x80\x80\x80", "\xfc\x84\x80\x80\x80\x80"}) {
        EXPECT_FALSE(first_character(bytes));
    }
}

TEST(LogUtf8, KnowsNoPartOfACharacter) {
    for (const char32_t code_point : {0x80U, 0x7ffU, 0x800U, 0xffffU, 0x10000U, 0x10ffffU}) {
        const auto bytes = encoded(code_point);
        for (std::size_t begin = 0; begin < bytes.size(); ++begin) {
            for (std::size_t size = 1; size < bytes.size() && begin + size <= bytes.size();
                 ++size) {
                const auto part = bytes.substr(begin, size);
                EXPECT_FALSE(first_character(part)) << std::uint32_t{code_point};
                EXPECT_FALSE(first_character(part + "a")) << std::uint32_t{code_point};
            }
        }
    }
}

}  // namespace
}  // namespace pulsar::log::utf8_test
