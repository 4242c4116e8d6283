#include "pulsar/system/whole_number.hpp"
#include "support/bad_values.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace pulsar::system::whole_number_test {
namespace {

TEST(WholeNumber, ReadsWholeDigits) {
    EXPECT_EQ(whole_number<std::uint64_t>("0"), 0U);
    EXPECT_EQ(whole_number<std::uint64_t>("1048576"), 1'048'576U);
    EXPECT_EQ(whole_number<std::uint64_t>("18446744073709551615"), 18'446'744'073'709'551'615U);
    EXPECT_EQ(whole_number<std::uint16_t>("65535"), 65535U);
}

TEST(WholeNumber, RejectsEverythingElse) {
    for (const auto& text : test::bad_numbers)
        EXPECT_EQ(whole_number<std::uint64_t>(text), std::nullopt) << text;
    EXPECT_EQ(whole_number<std::uint64_t>("\xd9\xa1"), std::nullopt);  // a digit, but not of ours
    EXPECT_EQ(whole_number<std::uint64_t>(std::string_view("1\0", 2)), std::nullopt);
    EXPECT_EQ(whole_number<std::uint16_t>("65536"), std::nullopt);
}

}  // namespace
}  // namespace pulsar::system::whole_number_test
