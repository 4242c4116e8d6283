#include "support/daemon.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"
#include "support/terminal.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pulsar::test::configuration_test {
namespace {

using strings = std::vector<std::string>;

/// What --print-config says with these flags and variables.
std::string printed(strings flags, const strings& environment = {}) {
    flags.emplace_back("--print-config");
    const auto result = run(pulsar_with(flags, environment));
    EXPECT_EQ(result.how, exited(0)) << testing::PrintToString(flags);
    EXPECT_EQ(result.err, "");
    return result.out;
}

TEST(Configuration, PrintedIsReadBackTheSame) {
    const temp_dir dir;
    const auto file = dir / "pulsar.toml";
    const strings many{"--listen",
                       "127.0.0.1:0",
                       "--listen",
                       "[::1]:81",
                       "--listen",
                       ":82",
                       "--listen",
                       "unix:/tmp/a \"b\" \\c.sock",
                       "--unix-mode",
                       "0660",
                       "--proxy-from",
                       "10.0.0.0/8",
                       "--proxy-from",
                       "fd00::/64",
                       "--proxy-from",
                       "unix",
                       "--threads",
                       "3",
                       "--heartbeat-interval",
                       "1500ms",
                       "--report-interval",
                       "0s",
                       "--max-frame-size",
                       "3KiB",
                       "--max-connections",
                       "77",
                       "--backlog",
                       "9",
                       "--idle-timeout",
                       "2m",
                       "--frame-timeout",
                       "24h",
                       "--write-timeout",
                       "1ms",
                       "--admin",
                       "unix:/tmp/a b",
                       "--drain-delay",
                       "5s",
                       "--drain-timeout",
                       "0s",
                       "--tcp-keepalive",
                       "61s",
                       "--log-level",
                       "warn,connection=debug,registry=off",
                       "--log-format",
                       "json",
                       "--log-file",
                       "/tmp/a 'b'.log"};
    for (const auto& flags : {strings{}, many}) {
        const auto first = printed(flags);
        write_file(file, first);
        EXPECT_EQ(printed({"--config", file}), first);
        EXPECT_EQ(printed({}, {"PULSAR_CONFIG=" + file}), first);
    }
}

TEST(Configuration, PrintingBindsNothing) {
    const temp_dir dir;
    daemon holder;
    const auto log = dir / "log";
    printed({"--listen", holder.address(), "--log-file", log});
    EXPECT_THROW(read_file(log), std::runtime_error);
    holder.expect_orderly_exit();
}

TEST(Configuration, FlagBeatsEnvironmentBeatsFileBeatsDefault) {
    struct option {
        std::string flag, variable, low, middle, high;
    };
    const temp_dir dir;
    const auto file = dir / "pulsar.toml";
    for (const option& each : {
             option{"listen", "PULSAR_LISTEN", "127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"},
             option{"admin", "PULSAR_ADMIN", "127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"},
             option{"threads", "PULSAR_THREADS", "11", "12", "13"},
             option{"heartbeat-interval", "PULSAR_HEARTBEAT_INTERVAL", "1s", "2s", "3s"},
             option{"report-interval", "PULSAR_REPORT_INTERVAL", "1m", "2m", "3m"},
             option{"max-frame-size", "PULSAR_MAX_FRAME_SIZE", "1KiB", "2KiB", "3KiB"},
             option{"max-connections", "PULSAR_MAX_CONNECTIONS", "1", "2", "3"},
             option{"backlog", "PULSAR_BACKLOG", "1", "2", "3"},
             option{"idle-timeout", "PULSAR_IDLE_TIMEOUT", "1h", "2h", "3h"},
             option{"frame-timeout", "PULSAR_FRAME_TIMEOUT", "1s", "2s", "3s"},
             option{"write-timeout", "PULSAR_WRITE_TIMEOUT", "1ms", "2ms", "3ms"},
             option{"drain-delay", "PULSAR_DRAIN_DELAY", "1s", "2s", "3s"},
             option{"drain-timeout", "PULSAR_DRAIN_TIMEOUT", "1s", "2s", "3s"},
             option{"tcp-keepalive", "PULSAR_TCP_KEEPALIVE", "1s", "2s", "3s"},
             option{"log-level", "PULSAR_LOG_LEVEL", "warn", "error", "off"},
             option{"log-format", "PULSAR_LOG_FORMAT", "text", "json", "text"},
             option{"log-file", "PULSAR_LOG_FILE", "/a", "/b", "/c"},
         }) {
        SCOPED_TRACE(each.flag);
        write_file(file, each.flag + " = '" + each.low + "'\n");
        const strings config{"--config", file};
        const strings flag{"--" + each.flag, each.high};
        const strings both{"--" + each.flag, each.high, "--config", file};
        const strings variable{each.variable + "=" + each.middle};
        const auto low = printed({"--" + each.flag, each.low});
        const auto middle = printed({"--" + each.flag, each.middle});
        const auto high = printed({"--" + each.flag, each.high});
        EXPECT_NE(low, middle);
        EXPECT_NE(middle, high);
        EXPECT_EQ(printed(config), low);
        EXPECT_EQ(printed({}, variable), middle);
        EXPECT_EQ(printed(config, variable), middle);
        EXPECT_EQ(printed(flag, variable), high);
        EXPECT_EQ(printed(both, variable), high);
        EXPECT_EQ(printed(both), high);
    }
}

TEST(Configuration, AHigherSourceReplacesTheWholeListOfAddresses) {
    const temp_dir dir;
    const auto file = dir / "pulsar.toml";
    write_file(file, "listen = ['127.0.0.1:1', '127.0.0.1:2']\n");
    const strings variable{"PULSAR_LISTEN=127.0.0.1:3,[::1]:4"};
    EXPECT_EQ(printed({"--config", file}),
              printed({"--listen", "127.0.0.1:1", "-l", "127.0.0.1:2"}));
    EXPECT_EQ(printed({"--config", file}, variable),
              printed({"-l", "127.0.0.1:3", "-l", "[::1]:4"}));
    EXPECT_EQ(printed({"--config", file, "-l", "127.0.0.1:5"}, variable),
              printed({"--listen=127.0.0.1:5"}));
}

TEST(Configuration, SameSizesAndDurationsAreTheSame) {
    for (const auto* size : {"1MiB", "1M", "1024KiB", "1024K", "1048576", "1048576B"}) {
        EXPECT_EQ(printed({"--max-frame-size", size}), printed({})) << size;
    }
    for (const auto* duration : {"10s", "10000ms"}) {
        EXPECT_EQ(printed({"--heartbeat-interval", duration}), printed({})) << duration;
    }
    EXPECT_EQ(printed({"--idle-timeout", "24h"}), printed({"--idle-timeout", "1440m"}));
    EXPECT_EQ(printed({"--max-frame-size", "1GiB"}), printed({"--max-frame-size", "1024M"}));
}

TEST(Configuration, ADashIsStandardInput) {
    const temp_dir dir;
    const std::string config = "printf 'threads = 7\\n' | ";
    EXPECT_EQ(output_of(dir, config + "pulsar --config - --print-config"),
              printed({"--threads", "7"}));
    EXPECT_EQ(output_of(dir, config + "PULSAR_CONFIG=- pulsar --print-config"),
              printed({"--threads", "7"}));
    EXPECT_EQ(output_of(dir, "printf '\\nthreads = x' | pulsar --config -").substr(0, 26),
              "pulsar: standard input:2: ");
    EXPECT_EQ(output_of(dir, "printf '\\nthread = 1' | pulsar --config -"),
              "pulsar: standard input:2: unknown key \"thread\": did you mean threads?\n");
    EXPECT_EQ(output_of(dir, "true | pulsar --config -"),
              "pulsar: --config \"-\": nothing was written to this pipe\n");
    // A file of that name has a path.
    write_file(dir / "-", "threads = 8\n");
    EXPECT_EQ(output_of(dir, "pulsar --config ./- --print-config"), printed({"--threads", "8"}));
}

TEST(Configuration, TheEnvironmentReachesTheRunningDaemon) {
    launch how;
    how.environment = {"PULSAR_THREADS=2", "PULSAR_MAX_CONNECTIONS=12",
                       "PULSAR_MAX_FRAME_SIZE=5KiB"};
    daemon pulsar({"--threads", "3"}, how);
    const auto started = pulsar.wait_for("server", "started");
    EXPECT_EQ(number(started, "threads"), 3);
    EXPECT_EQ(number(started, "max_connections"), 12);
    EXPECT_EQ(number(started, "max_frame_size"), 5 * 1024);
    EXPECT_EQ(number(started, "pid"), pulsar.child().pid());
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::configuration_test
