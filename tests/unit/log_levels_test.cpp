#include "pulsar/log/levels.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace pulsar::log::levels_test {
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
    const std::vector<std::pair<std::string, level>> words{
        {"trace", level::trace}, {"debug", level::debug}, {"info", level::info},
        {"warn", level::warn},   {"error", level::error}, {"off", level::off}};
    for (const auto& [word, severity] : words) {
        EXPECT_EQ(parse_levels(word), all(severity)) << word;
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

TEST(LogLevels, RejectsEverythingElse) {
    for (const auto* text : {"",
                             ",",
                             "info,",
                             ",info",
                             "info,,log=off",
                             "verbose",
                             "Info",
                             "INFO",
                             "warning",
                             "inf",
                             "infos",
                             " info",
                             "info ",
                             "info, log=off",
                             "info,warn",
                             "info,info",
                             "log",
                             "log=",
                             "=info",
                             "=",
                             "log=verbose",
                             "log=Off",
                             "Log=off",
                             "logs=off",
                             "log =off",
                             "log= off",
                             "log==off",
                             "log=off=off",
                             "log=off,log=off",
                             "log=off,server=info,log=warn",
                             "info;log=off",
                             "3"}) {
        EXPECT_EQ(parse_levels(text), std::nullopt) << text;
    }
}

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
}  // namespace pulsar::log::levels_test
