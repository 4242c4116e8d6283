#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <regex>
#include <string>
#include <vector>

namespace pulsar::test {
namespace {

using strings = std::vector<std::string>;

/// One clear line on standard error that holds each of `words`, exit 2, nothing else.
void expect_bad_usage(const launch& how, const strings& words) {
    const auto result = run(how);
    SCOPED_TRACE(testing::PrintToString(how.command) + testing::PrintToString(how.environment));
    EXPECT_EQ(result.how, exited(2));
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    EXPECT_TRUE(result.err.ends_with('\n')) << result.err;
    for (const auto& word : words) {
        // A very long value may be shortened.
        EXPECT_NE(result.err.find(word.substr(0, 60)), std::string::npos) << result.err;
    }
}

TEST(Flags, HelpGoesToStandardOutputAndNamesEveryFlag) {
    for (const auto* flag : {"--help", "-h"}) {
        const auto result = run(pulsar_with({flag}));
        EXPECT_EQ(result.how, exited(0));
        EXPECT_EQ(result.err, "");
        for (const auto* name : {"-l,",
                                 "--listen",
                                 "-t,",
                                 "--threads",
                                 "--heartbeat-interval",
                                 "--report-interval",
                                 "--max-frame-size",
                                 "--max-connections",
                                 "--backlog",
                                 "--idle-timeout",
                                 "--frame-timeout",
                                 "--write-timeout",
                                 "--drain-timeout",
                                 "--tcp-keepalive",
                                 "--log-level",
                                 "--log-format",
                                 "--log-file",
                                 "--config",
                                 "--print-config",
                                 "-h,",
                                 "--help",
                                 "-V,",
                                 "--version",
                                 "127.0.0.1:8080",
                                 "10000",
                                 "4096",
                                 "1MiB",
                                 "PULSAR_"}) {
            EXPECT_NE(result.out.find(name), std::string::npos) << name << " in\n" << result.out;
        }
    }
}

TEST(Flags, VersionNamesCompilerAndLibraries) {
    for (const auto* flag : {"--version", "-V"}) {
        const auto result = run(pulsar_with({flag}));
        EXPECT_EQ(result.how, exited(0));
        EXPECT_EQ(result.err, "");
        EXPECT_TRUE(std::regex_search(result.out, std::regex(R"(^pulsar \d+\.\d+\.\d+)")));
        for (const auto* name : {R"(Boost \d+\.\d+)", R"(spdlog \d+\.\d+)", R"(CLI11 \d+\.\d+)",
                                 R"((GCC|GNU|g\+\+|[Cc]lang)[^\n]*\d+\.\d+)"}) {
            EXPECT_TRUE(std::regex_search(result.out, std::regex(name))) << name << result.out;
        }
    }
}

struct bad_value {
    std::string flag;
    strings values;
};

class BadValue : public testing::TestWithParam<bad_value> {};

TEST_P(BadValue, IsNamedWhereverItStands) {
    const auto& [flag, values] = GetParam();
    auto variable = "PULSAR_" + flag;
    for (auto& letter : variable) {
        letter = letter == '-' ? '_' : static_cast<char>(std::toupper(letter));
    }
    const temp_dir dir;
    const auto file = dir / "pulsar.toml";
    for (const auto& value : values) {
        expect_bad_usage(pulsar_with({"--" + flag + "=" + value}), {"--" + flag, value});
        expect_bad_usage(pulsar_with({}, {variable + "=" + value}), {variable, value});
        write_file(file, flag + " = '" + value + "'\n");
        expect_bad_usage(pulsar_with({"--config", file}), {file, flag, value});
    }
}

const strings not_numbers{"", "-1", "+1", "010", "0x50", "1.5", "1 0", "nan", "1e9", "7x", "ten"};
const strings not_durations{"",     "10",   "-1s", "+1s",   "010s", "0x5s",
                            "1.5s", "10 s", "nan", "1e9",   "10sx", "10S",
                            "10us", "s",    "25h", "1441m", "1d",   "99999999999999999999s"};

strings with(strings values, const strings& more) {
    values.insert(values.end(), more.begin(), more.end());
    return values;
}

INSTANTIATE_TEST_SUITE_P(
    Of, BadValue,
    testing::Values(
        bad_value{"listen",
                  {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:080",
                   "127.0.0.1:-1", "127.0.0.1:http", "::1:80", "[::1", "[::1]", "[::1]80",
                   "unix:", "unix:" + std::string(108, 'p')}},
        bad_value{"threads", with(not_numbers, {"0", "1025", "99999999999999999999"})},
        bad_value{"max-connections", with(not_numbers, {"0", "1048577"})},
        bad_value{"backlog", with(not_numbers, {"0", "65536"})},
        bad_value{"max-frame-size", with(not_numbers, {"0", "1KB", "1kib", "1 KiB", "1TiB", "2GiB",
                                                       "1073741825", "1025MiB", "17179869184GiB"})},
        bad_value{"heartbeat-interval", not_durations}, bad_value{"report-interval", not_durations},
        bad_value{"idle-timeout", not_durations}, bad_value{"frame-timeout", not_durations},
        bad_value{"write-timeout", not_durations}, bad_value{"drain-timeout", not_durations},
        bad_value{"tcp-keepalive", not_durations},
        bad_value{"log-level",
                  {"", "INFO", "loud", "warning", "info,", "info,connection",
                   "info,connection=loud", "info,nosuch=debug", "connection=", "=debug"}},
        bad_value{"log-format", {"", "JSON", "xml"}}, bad_value{"log-file", {""}}),
    [](const auto& parameter) {
        auto name = parameter.param.flag;
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    });

TEST(Flags, BadUsageIsOneLineAndExit2) {
    expect_bad_usage(pulsar_with({"--no-such-flag"}), {"--no-such-flag"});
    expect_bad_usage(pulsar_with({"127.0.0.1:0"}), {"127.0.0.1:0"});
    expect_bad_usage(pulsar_with({"--threads"}), {"--threads"});
    expect_bad_usage(pulsar_with({}, {"PULSAR_CONFIG="}), {"PULSAR_CONFIG"});
    expect_bad_usage(pulsar_with({"--print-config", "--threads", "0"}), {"--threads", "0"});
    expect_bad_usage(pulsar_with({}, {"PULSAR_LISTEN=127.0.0.1:0,nonsense"}),
                     {"PULSAR_LISTEN", "nonsense"});
}

TEST(Flags, BadFileIsBadUsage) {
    const temp_dir dir;
    const auto file = dir / "pulsar.toml";
    const auto config = pulsar_with({"--config", file});
    expect_bad_usage(config, {file, "No such file"});
    write_file(file, "threads = = 4\n");
    expect_bad_usage(config, {file});
    write_file(file, "no-such-key = 4\n");
    expect_bad_usage(config, {file, "no-such-key"});
    write_file(file, "heartbeat-interval = [1, 2]\n");
    expect_bad_usage(config, {file, "heartbeat-interval"});
    write_file(file, "listen = ['127.0.0.1:0', 7]\n");
    expect_bad_usage(config, {file, "listen"});
    expect_bad_usage(pulsar_with({}, {"PULSAR_CONFIG=" + file}), {file, "listen"});
}

TEST(Flags, AreJudgedBeforeAnySocketIsOpened) {
    const temp_dir dir;
    const auto socket = dir / "socket";
    daemon holder;
    const auto taken = holder.address();
    expect_bad_usage(pulsar_with({"--listen", taken, "--threads", "0"}), {"--threads", "0"});
    expect_bad_usage(
        pulsar_with({"--listen", "unix:" + socket, "--listen", taken, "--log-level", "loud"}),
        {"--log-level", "loud"});
    EXPECT_THROW(read_file(socket), std::runtime_error);
    holder.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test
