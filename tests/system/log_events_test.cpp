#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/frames.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace pulsar::test::log_events_test {
namespace {

using strings = std::vector<std::string>;

/// Makes a connection end in each of several ways, and the daemon report.
void provoke(const std::string& address, daemon& pulsar) {
    client idle(address);
    idle.receive_exactly(heartbeat.size());
    client truncated(address);
    truncated.send_all(frame("whole") + header(5) + "cut");
    truncated.shutdown_send();
    truncated.receive_until_eof();
    client oversize(address);
    oversize.send_all("GET / HTTP/1.1\r\n\r\n");
    oversize.receive_until_eof();
    client slow(address);
    slow.send_all(header(5) + "cut");
    slow.receive_until_eof();
    slow.close();
    client aborted(address);
    aborted.reset();
    pulsar.child().send(SIGUSR1);
    pulsar.wait_for("registry", "active");
    idle.shutdown_send();
    idle.receive_until_eof();
}

/// What the table of events promises: level and the types of the fields (s: string, i: integer,
/// d: seconds).
struct promise {
    std::string module, msg, level;
    std::vector<std::pair<std::string, char>> fields;
};

const std::vector<promise> promises{
    {"server", "listening", "info", {{"address", 's'}}},
    {"server",
     "started",
     "info",
     {{"version", 's'},
      {"pid", 'i'},
      {"threads", 'i'},
      {"max_connections", 'i'},
      {"max_frame_size", 'i'}}},
    {"connection", "opened", "info", {{"conn", 'i'}, {"peer", 's'}, {"local", 's'}}},
    {"connection",
     "closed",
     "info",
     {{"conn", 'i'},
      {"peer", 's'},
      {"reason", 's'},
      {"duration_s", 'd'},
      {"frames", 'i'},
      {"bytes_in", 'i'},
      {"bytes_out", 'i'},
      {"heartbeats", 'i'},
      {"rtt_us", 'i'},
      {"retrans", 'i'}}},
    {"connection", "heartbeat", "debug", {{"conn", 'i'}, {"peer", 's'}, {"silent_s", 'd'}}},
    {"connection",
     "frame too large",
     "warn",
     {{"conn", 'i'}, {"peer", 's'}, {"announced", 'i'}, {"head", 's'}, {"hint", 's'}}},
    {"connection",
     "truncated frame",
     "warn",
     {{"conn", 'i'}, {"peer", 's'}, {"received", 'i'}, {"announced", 'i'}}},
    {"connection",
     "frame timeout",
     "warn",
     {{"conn", 'i'}, {"peer", 's'}, {"received", 'i'}, {"announced", 'i'}}},
    {"connection", "task started", "debug", {{"conn", 'i'}, {"peer", 's'}}},
    {"connection", "task finished", "debug", {{"conn", 'i'}, {"peer", 's'}}},
    {"registry",
     "report",
     "info",
     {{"connections", 'i'},
      {"opened", 'i'},
      {"closed", 'i'},
      {"refused", 'i'},
      {"frames", 'i'},
      {"bytes_in", 'i'},
      {"bytes_out", 'i'},
      {"heartbeats", 'i'}}},
    {"registry",
     "active",
     "info",
     {{"conn", 'i'},
      {"peer", 's'},
      {"age_s", 'd'},
      {"idle_s", 'd'},
      {"frames", 'i'},
      {"bytes_in", 'i'},
      {"bytes_out", 'i'}}},
    {"server", "draining", "info", {{"signal", 's'}, {"connections", 'i'}, {"timeout_s", 'd'}}},
    {"server",
     "stopped",
     "info",
     {{"connections", 'i'},
      {"frames", 'i'},
      {"bytes_in", 'i'},
      {"bytes_out", 'i'},
      {"drained", 'i'},
      {"cut_off", 'i'},
      {"dropped_partial", 'i'},
      {"uptime_s", 'd'}}},
};

bool has_type(const boost::json::value& field, char type) {
    if (type == 's') return field.is_string();
    if (type == 'i') return field.is_int64() && field.get_int64() >= 0;
    return field.is_number() && field.to_number<double>() >= 0;
}

TEST(LogEvents, HoldWhatTheTablePromises) {
    daemon pulsar(
        {"--log-level", "debug", "--heartbeat-interval", "100ms", "--frame-timeout", "150ms"});
    provoke(pulsar.address(), pulsar);
    pulsar.expect_orderly_exit();
    for (const auto& [module, msg, level, fields] : promises) {
        const auto found = pulsar.events(module, msg);
        EXPECT_FALSE(found.empty()) << "never logged: " << module << ": " << msg;
        for (const auto& logged : found) {
            const auto line = boost::json::serialize(logged);
            EXPECT_EQ(text(logged, "level"), level) << line;
            for (const auto& [name, type] : fields) {
                const auto* field = logged.if_contains(name);
                EXPECT_TRUE(field && has_type(*field, type)) << name << " in " << line;
            }
        }
    }
}

TEST(LogEvents, EveryJsonLineBeginsAlikeAndCarriesItsConnection) {
    daemon pulsar(
        {"--log-level", "trace", "--heartbeat-interval", "100ms", "--frame-timeout", "150ms"});
    provoke(pulsar.address(), pulsar);
    pulsar.expect_orderly_exit();
    const pattern rfc3339(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)");
    const pattern level("trace|debug|info|warn|error");
    std::string before;
    for (const auto& logged : pulsar.events()) {
        const auto line = boost::json::serialize(logged);
        strings keys;
        for (const auto& pair : logged)
            keys.emplace_back(pair.key());
        ASSERT_GE(keys.size(), 4u) << line;
        EXPECT_EQ(strings(keys.begin(), keys.begin() + 4),
                  (strings{"time", "level", "module", "msg"}))
            << line;
        EXPECT_TRUE(rfc3339.matches(text(logged, "time"))) << line;
        EXPECT_TRUE(level.matches(text(logged, "level"))) << line;
        if (text(logged, "module") == "connection") {
            EXPECT_TRUE(logged.contains("conn") && logged.contains("peer")) << line;
        }
    }
}

TEST(LogEvents, EachConnectionOpensAndClosesOnce) {
    daemon pulsar({"--log-level", "debug"});
    for (int i = 0; i < 50; ++i)
        client(pulsar.address()).send_all(frame("HELLO"));
    const auto stopped = pulsar.expect_orderly_exit();
    const auto accepted = number(stopped, "connections");
    EXPECT_EQ(accepted, 50);
    for (std::int64_t conn = 1; conn <= accepted; ++conn) {
        strings story;
        for (const auto& logged : pulsar.events()) {
            const auto* id = logged.if_contains("conn");
            if (id && *id == conn) story.push_back(text(logged, "msg"));
        }
        for (const auto* msg : {"opened", "task started", "closed", "task finished"}) {
            EXPECT_EQ(std::count(story.begin(), story.end(), msg), 1)
                << msg << " " << conn << testing::PrintToString(story);
        }
    }
}

TEST(LogEvents, TextLinesAreForPeopleAndGrep) {
    const temp_dir dir;
    const auto listen = "unix:" + (dir / "a b");
    process pulsar(pulsar_with({"--listen", listen, "--log-level", "debug"}));
    ASSERT_TRUE(pulsar.out().wait_for_line("server: started "));
    client socket(listen);
    socket.send_all("GET / HTTP/1.1\r\n\r\n");
    socket.receive_until_eof();
    socket.close();
    ASSERT_TRUE(pulsar.out().wait_for_line("reason=frame_too_large"));
    pulsar.send(SIGTERM);
    EXPECT_EQ(pulsar.wait(), exited(0));
    pulsar.out().wait_for_end();
    const auto log = pulsar.out().text();
    const pattern shape(
        R"re(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z (TRACE|DEBUG|INFO |WARN |ERROR) )re"
        R"re((server|connection|listener|registry|log): [^"=]+)re"
        R"re(( [a-z_]+=([!#-<>-\[\]-~]+|"([^"\\\n]|\\.)*"))*)re");
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);) {
        EXPECT_TRUE(shape.matches(line)) << line;
    }
    EXPECT_NE(log.find("INFO  connection: opened conn=1 peer=unix: local=\"" + listen + "\"\n"),
              std::string::npos)
        << log;
    EXPECT_NE(log.find(" announced=1195725856 head=\"GET \""), std::string::npos) << log;
}

TEST(LogEvents, LevelsPerModule) {
    daemon pulsar(
        {"--log-level", "info,connection=debug,registry=off", "--report-interval", "10ms"});
    client socket(pulsar.address());
    socket.send_all(frame("HELLO"));
    socket.receive_exactly(9);
    socket.close();
    pulsar.wait_for("connection", "task finished");
    pulsar.child().send(SIGUSR1);
    pulsar.expect_orderly_exit();
    EXPECT_FALSE(pulsar.events("connection", "task started").empty());
    for (const auto& logged : pulsar.events()) {
        EXPECT_NE(text(logged, "module"), "registry");
        EXPECT_TRUE(text(logged, "module") == "connection" || text(logged, "level") != "debug");
    }

    process quiet(pulsar_with({"--listen", "127.0.0.1:0", "--log-level", "off,server=info"}));
    ASSERT_TRUE(quiet.out().wait_for_line("started"));
    quiet.send(SIGTERM);
    EXPECT_EQ(quiet.wait(), exited(0));
}

}  // namespace
}  // namespace pulsar::test::log_events_test
