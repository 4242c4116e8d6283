#include "log_fixture.hpp"
#include "support/json.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <limits>

namespace pulsar::log::test::log_lines_test {
namespace {

using pulsar::test::parse_lines;
using pulsar::test::read_file;

class LogLines : public LogFixture {
  protected:
    /// What one event leaves in the file.
    std::string line_of(format as, component from, level severity, std::string_view msg,
                        std::initializer_list<field> fields) {
        const auto path = open_file_log("one", as);
        write(from, severity, msg, fields);
        close();
        return read_file(path);
    }
};

/// With every digit as 0, so that times compare equal.
std::string shape(std::string line) {
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c >= '0' && c <= '9'; }, '0');
    return line;
}

TEST_F(LogLines, TextHasTimeLevelModuleMessageAndFields) {
    const auto line = line_of(format::text, component::connection, level::info, "opened",
                              {{"conn", 17u}, {"peer", "127.0.0.1:50512"}});
    EXPECT_EQ(
        shape(line),
        "0000-00-00T00:00:00.000000Z INFO  connection: opened conn=00 peer=000.0.0.0:00000\n");
    EXPECT_EQ(payloads(line).at(0), "opened conn=17 peer=127.0.0.1:50512");
}

TEST_F(LogLines, JsonHasTheSameInOrder) {
    const auto line = line_of(format::json, component::connection, level::info, "opened",
                              {{"conn", 17u}, {"peer", "127.0.0.1:50512"}});
    EXPECT_EQ(shape(line),
              R"({"time":"0000-00-00T00:00:00.000000Z","level":"info","module":"connection",)"
              R"("msg":"opened","conn":00,"peer":"000.0.0.0:00000"})"
              "\n");
    EXPECT_TRUE(line.ends_with(R"(,"conn":17,"peer":"127.0.0.1:50512"})"
                               "\n"));
}

TEST_F(LogLines, TimeIsUtc) {
    // Not time(2), whose coarse clock may lag behind the log's.
    const auto now = [] {
        return std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    };
    const auto before = now();
    const auto line = line_of(format::text, component::server, level::info, "started", {});
    std::tm utc{};
    ASSERT_NE(::strptime(line.c_str(), "%Y-%m-%dT%H:%M:%S", &utc), nullptr) << line;
    EXPECT_GE(::timegm(&utc), before);
    EXPECT_LE(::timegm(&utc), now());
}

TEST_F(LogLines, EveryLevelAndModuleHasItsWord) {
    const std::vector<std::pair<level, std::string>> words{{level::trace, "Z TRACE "},
                                                           {level::debug, "Z DEBUG "},
                                                           {level::info, "Z INFO  "},
                                                           {level::warn, "Z WARN  "},
                                                           {level::error, "Z ERROR "}};
    const std::vector<std::pair<component, std::string>> modules{
        {component::server, "server"},
        {component::connection, "connection"},
        {component::listener, "listener"},
        {component::registry, "registry"},
        {component::log, "log"}};
    for (const auto& [from, module] : modules) {
        for (const auto& [severity, word] : words) {
            const auto text = line_of(format::text, from, severity, "m", {});
            EXPECT_NE(text.find(word + module + ": m\n"), text.npos) << text;
            std::filesystem::remove(dir_ / "one");
            const auto json = line_of(format::json, from, severity, "m", {});
            EXPECT_EQ(pulsar::test::text(parse_lines(json).at(0), "level"), name(severity));
            EXPECT_EQ(pulsar::test::text(parse_lines(json).at(0), "module"), module);
            std::filesystem::remove(dir_ / "one");
        }
    }
}

constexpr auto nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr auto infinity = std::numeric_limits<double>::infinity();

TEST_F(LogLines, NumbersAreNumbers) {
    const auto text = line_of(format::text, component::server, level::info, "n",
                              {{"least", std::numeric_limits<std::int64_t>::min()},
                               {"most", std::numeric_limits<std::uint64_t>::max()},
                               {"seconds", 1.23456},
                               {"nan", nan_value},
                               {"infinity", -infinity}});
    EXPECT_EQ(payloads(text).at(0),
              "n least=-9223372036854775808 most=18446744073709551615 seconds=1.235 nan=0.000 "
              "infinity=0.000");
}

TEST_F(LogLines, TheLargestDoubleFits) {
    constexpr auto largest = std::numeric_limits<double>::lowest();
    const auto text = line_of(format::text, component::server, level::info, "n", {{"d", largest}});
    EXPECT_EQ(std::stod(text.substr(text.find("d=-") + 2)), largest) << text;
}

TEST_F(LogLines, BracesAndPercentSignsAreJustText) {
    const auto text =
        line_of(format::text, component::server, level::info, "{} {0}", {{"value", "{}%n%v{:d}"}});
    EXPECT_EQ(payloads(text).at(0), "{} {0} value={}%n%v{:d}");
}

TEST_F(LogLines, HostileValuesStayWithinTheirLine) {
    const std::string hostile = "x\n2026 \"INFO\"\r\x1b[2J\xff\\";
    const auto text = line_of(format::text, component::connection, level::warn, "frame\ntoo large",
                              {{"head", hostile}});
    EXPECT_EQ(payloads(text).at(0), R"(frame\ntoo large head="x\n2026 \"INFO\"\r\x1b[2J\xff\\")");
    std::filesystem::remove(dir_ / "one");

    const auto json = line_of(format::json, component::connection, level::warn, "frame\ntoo large",
                              {{"head", hostile}});
    ASSERT_EQ(split_lines(json).size(), 1u);
    EXPECT_EQ(pulsar::test::text(parse_lines(json).at(0), "head"),
              "x\n2026 \"INFO\"\r\x1b[2J\\xff\\");
}

TEST_F(LogLines, EachComponentHasALevelOfItsOwn) {
    const std::string path = dir_ / "levels";
    open({.levels = *parse_levels("warn,connection=debug,registry=off"), .file = path});
    EXPECT_TRUE(enabled(component::connection, level::debug));
    EXPECT_FALSE(enabled(component::connection, level::trace));
    EXPECT_FALSE(enabled(component::server, level::info));
    EXPECT_FALSE(enabled(component::registry, level::error));
    for (const auto from : {component::connection, component::server, component::registry}) {
        for (const auto severity : {level::trace, level::debug, level::info, level::warn}) {
            write(from, severity, "m", {});
        }
    }
    close();
    const auto lines = split_lines(read_file(path));
    ASSERT_EQ(lines.size(), 4u);
    EXPECT_NE(lines[0].find("DEBUG connection"), std::string::npos);
    EXPECT_NE(lines[3].find("WARN  server"), std::string::npos);
}

TEST_F(LogLines, GoNowhereWhileTheLogIsClosed) {
    EXPECT_FALSE(enabled(component::server, level::error));
    write(component::server, level::error, "before", {});
    const auto path = open_file_log("closed");
    close();
    EXPECT_FALSE(enabled(component::server, level::error));
    write(component::server, level::error, "after", {});
    EXPECT_FALSE(reopen());
    close();
    EXPECT_EQ(read_file(path), "");
}

TEST_F(LogLines, AreAppendedToWhatTheFileHolds) {
    const auto path = open_file_log("again");
    write(component::server, level::info, "one", {});
    open_file_log("again");
    write(component::server, level::info, "two", {});
    close();
    EXPECT_EQ(payloads(read_file(path)), (std::vector<std::string>{"one", "two"}));
}

TEST_F(LogLines, AreNeverLostToAnEarlyClose) {
    constexpr int rounds = 500;
    const std::string path = dir_ / "log";
    for (int i = 0; i < rounds; ++i) {
        open_file_log("log");
        write(component::server, level::info, "m", {{"round", i}});
        close();
    }
    EXPECT_EQ(split_lines(read_file(path)).size(), std::size_t{rounds});
}

TEST_F(LogLines, ThatDidNotFitAreToldOfBeforeTheEnd) {
    for (int round = 0; round < 3; ++round) {
        const auto path = open_file_log("log" + std::to_string(round));
        write_too_much();
        EXPECT_EQ(dropped(), 1u);
        close();
        EXPECT_EQ(payloads(read_file(path)), (std::vector<std::string>{"dropped count=1"}));
    }
}

TEST_F(LogLines, ThatDidNotFitAreNotToldOfBelowTheLevel) {
    const std::string path = dir_ / "log";
    open({.levels = *parse_levels("log=error"), .file = path});
    write_too_much();
    EXPECT_EQ(dropped(), 1u);
    close();
    EXPECT_EQ(read_file(path), "");
}

TEST_F(LogLines, StartOnALineOfTheirOwn) {
    pulsar::test::write_file(dir_ / "cut", "half a li");
    const auto path = open_file_log("cut");
    write(component::server, level::info, "whole", {});
    close();
    EXPECT_EQ(payloads(read_file(path)), (std::vector<std::string>{"half a li", "whole"}));
}

}  // namespace
}  // namespace pulsar::log::test::log_lines_test
