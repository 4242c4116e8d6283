#include "pulsar/log/levels.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pulsar::log {
namespace {

levels all(level severity) {
    levels result;
    result.of.fill(severity);
    return result;
}

level& of(levels& value, component from) {
    return value.of[static_cast<std::size_t>(from)];
}

TEST(LogLevels, ADefaultAloneIsForAllComponents) {
    for (const auto severity :
         {level::trace, level::debug, level::info, level::warn, level::error, level::off}) {
        EXPECT_EQ(parse_levels(name(severity)), all(severity)) << name(severity);
    }
}

TEST(LogLevels, ComponentsOverrideTheDefaultWhereverItStands) {
    auto expected = all(level::warn);
    of(expected, component::connection) = level::debug;
    of(expected, component::registry) = level::off;
    EXPECT_EQ(parse_levels("warn,connection=debug,registry=off"), expected);
    EXPECT_EQ(parse_levels("registry=off,warn,connection=debug"), expected);
    EXPECT_EQ(parse_levels("registry=off,connection=debug,warn"), expected);
}

TEST(LogLevels, TheDefaultIsInfo) {
    auto expected = all(level::info);
    EXPECT_EQ(levels{}, expected);
    of(expected, component::log) = level::error;
    EXPECT_EQ(parse_levels("log=error"), expected);
}

class BadLogLevels : public testing::TestWithParam<const char*> {};

TEST_P(BadLogLevels, AreRejected) {
    EXPECT_EQ(parse_levels(GetParam()), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(All, BadLogLevels,
                         testing::Values("", ",", "info,", ",info", "info,,log=off", "verbose",
                                         "Info", "INFO", "warning", "inf", "infos", " info",
                                         "info ", "info, log=off", "info,warn", "info,info", "log",
                                         "log=", "=info", "=", "log=verbose", "log=Off", "Log=off",
                                         "logs=off", "log =off", "log= off", "log==off",
                                         "log=off=off", "log=off,log=off",
                                         "log=off,server=info,log=warn", "info;log=off", "3"));

TEST(LogLevels, ToStringIsReadBackToTheSameLevels) {
    // Every assignment of six levels to five components.
    for (unsigned number = 0; number < 6 * 6 * 6 * 6 * 6; ++number) {
        levels value;
        auto digits = number;
        for (auto& severity : value.of) {
            severity = static_cast<level>(digits % 6);
            digits /= 6;
        }
        ASSERT_EQ(parse_levels(to_string(value)), value) << to_string(value);
    }
}

TEST(LogLevels, ToStringIsTheShortestText) {
    for (const std::string text :
         {"info", "off", "connection=debug", "warn,connection=debug", "trace,registry=off"}) {
        EXPECT_EQ(to_string(parse_levels(text).value()), text);
    }
    EXPECT_EQ(to_string(parse_levels("info,connection=debug").value()), "connection=debug");
    EXPECT_EQ(
        to_string(
            parse_levels("server=off,connection=off,listener=off,registry=off,log=off").value()),
        "off");
}

}  // namespace
}  // namespace pulsar::log
