#include "support/bad_values.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace pulsar::test::flags_test {
namespace {

using strings = std::vector<std::string>;

/// One clear line on standard error that holds each of `words`, exit 2, nothing else.
void expect_bad_usage(const launch& how, const strings& words) {
    const auto result = run(how);
    SCOPED_TRACE(testing::PrintToString(how.command) + testing::PrintToString(how.environment));
    EXPECT_EQ(result.how, exited(2));
    EXPECT_EQ(result.out, "");
    expect_complaint("pulsar", result.err);
    for (const auto& word : words)
        EXPECT_TRUE(contains(result.err, word.substr(0, 60)));  // a very long value is shortened
}

TEST(Flags, HelpGoesToStandardOutputAndNamesEveryFlag) {
    for (const auto* flag : {"--help", "-h"}) {
        const auto result = run(pulsar_with({flag}));
        EXPECT_EQ(result.how, exited(0));
        EXPECT_EQ(result.err, "");
        for (const auto* name : {"-l,",
                                 "--listen",
                                 "--admin",
                                 "-t,",
                                 "--threads",
                                 "--proxy-from",
                                 "--heartbeat-interval",
                                 "--report-interval",
                                 "--max-frame-size",
                                 "--max-connections",
                                 "--backlog",
                                 "--idle-timeout",
                                 "--frame-timeout",
                                 "--write-timeout",
                                 "--drain-delay",
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
        EXPECT_TRUE(pattern(R"(^pulsar \d+\.\d+\.\d+)").is_in(result.out));
        for (const auto* name : {R"(Boost \d+\.\d+)", R"(spdlog \d+\.\d+)", R"(CLI11 \d+\.\d+)",
                                 R"((GCC|GNU|g\+\+|[Cc]lang)[^\n]*\d+\.\d+)"}) {
            EXPECT_TRUE(pattern(name).is_in(result.out)) << name << result.out;
        }
    }
}

struct bad_value {
    std::string flag;
    strings values;

    friend std::ostream& operator<<(std::ostream& out, const bad_value& b) { return out << b.flag; }
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
                   "unix:", "unix:" + std::string(108, 'p'), "unix:@",
                   "unix:@" + std::string(108, 'n'), "[::ffff:127.0.0.1%lo]:80"}},
        bad_value{"unix-mode", {"", "66", "00660", "0680", "-660", "0x1b0", "rw-rw----"}},
        bad_value{
            "proxy-from",
            {"", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/8x",
             "fd00::/129", "fd00::1/8", "[::1]", "::ffff:10.0.0.0/90", "localhost", "unix:/run/a"}},
        bad_value{"admin", {"", "9900", "127.0.0.1:65536", "unix:", "::1:80"}},
        bad_value{"threads", with(bad_numbers, {"0", "1025", "99999999999999999999"})},
        bad_value{"max-connections", with(bad_numbers, {"0", "1048577"})},
        bad_value{"backlog", with(bad_numbers, {"0", "65536"})},
        bad_value{"max-frame-size", with(bad_sizes, {"0", "-1", "2GiB", "1073741825", "1025MiB"})},
        bad_value{"heartbeat-interval", bad_durations}, bad_value{"report-interval", bad_durations},
        bad_value{"idle-timeout", bad_durations}, bad_value{"frame-timeout", bad_durations},
        bad_value{"write-timeout", bad_durations}, bad_value{"drain-timeout", bad_durations},
        bad_value{"drain-delay", bad_durations}, bad_value{"tcp-keepalive", bad_durations},
        bad_value{"log-level",
                  {"", "INFO", "loud", "warning", "info,", "info,connection",
                   "info,connection=loud", "info,nosuch=debug", "connection=", "=debug"}},
        bad_value{"log-format", {"", "JSON", "xml"}}, bad_value{"log-file", {""}}),
    [](const auto& parameter) {
        auto name = parameter.param.flag;
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    });

TEST(Flags, AnAddressTwiceIsBadUsage) {
    const temp_dir dir;
    const auto file = dir / "pulsar.toml";
    const std::vector<std::pair<std::string, std::string>> pairs{
        {":7001", ":7001"},
        {"127.0.0.1:7001", "[::ffff:127.0.0.1]:7001"},
        {"[::1]:7001", "[0:0::0:1]:7001"},
        {"[fe80::a%nosuch0]:7001", "[FE80:0::a%nosuch0]:7001"},
        {"localhost:7001", "localhost:7001"},
        {"unix:a", "unix:a"},
        {"unix:@a", "unix:@a"}};
    for (const auto& [one, again] : pairs) {
        const auto twice = '"' + again + "\": \"" + one + "\" is given twice, expected";
        expect_bad_usage(pulsar_with({"-l", one, "-l", ":0", "--listen=" + again}),
                         {"--listen " + twice});
        expect_bad_usage(pulsar_with({}, {"PULSAR_LISTEN=" + one + ',' + again}),
                         {"PULSAR_LISTEN " + twice});
        write_file(file, "listen = ['" + one + "', '" + again + "']\n");
        expect_bad_usage(pulsar_with({"--config", file}), {file, "listen " + twice});
    }
}

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
}  // namespace pulsar::test::flags_test
