// What clients do must not forge, break or flood the log.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/process.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

namespace pulsar::test {
namespace {

using namespace std::string_literals;

const std::vector<std::string> hostile_heads{"\n\"\x1b\xff"s,     "\r\n{\""s, "\x7f\\\t\x80"s,
                                             "\xc3\xa9\xe2\x82"s, "=\" \\"s,  "\xed\xa0\x80\x01"s};

void expect_no_control_characters(const std::string& log) {
    EXPECT_TRUE(std::none_of(log.begin(), log.end(), [](char byte) {
        return byte != '\n' && std::iscntrl(static_cast<unsigned char>(byte));
    })) << log;
}

TEST(LogSafety, AHostileHeadIsOneParsableJsonLine) {
    daemon pulsar;
    for (const auto& head : hostile_heads) {
        client socket(pulsar.address());
        socket.send_all(head + "\n{\"level\":\"error\"}\n");
        socket.receive_until_eof();
        socket.close();
    }
    pulsar.expect_orderly_exit();
    expect_no_control_characters(pulsar.child().out().text());
    const auto warnings = pulsar.events("connection", "frame too large");
    ASSERT_FALSE(warnings.empty());
    EXPECT_NE(text(warnings.front(), "head").find("\\xff"), std::string::npos);
}

TEST(LogSafety, AHostileHeadIsOneTextLine) {
    for (const auto& head : hostile_heads) {
        process pulsar(pulsar_with({"--listen", "127.0.0.1:0"}));
        const auto listening = pulsar.out().wait_for_line(
            [](std::string_view line) { return line.find("listening") != line.npos; });
        ASSERT_TRUE(listening);
        client socket(listening->substr(listening->find("address=") + 8));
        socket.send_all(head + "\nforged\n");
        socket.receive_until_eof();
        socket.close();
        pulsar.send(SIGTERM);
        EXPECT_EQ(pulsar.wait(), exited(0));
        pulsar.out().wait_for_end();
        const auto log = pulsar.out().text();
        expect_no_control_characters(log);
        // What is not UTF-8 in the heads above; their e-acute is and may stand as it is.
        EXPECT_EQ(log.find_first_of("\xff\x80\xe2\xed"), std::string::npos) << log;
        EXPECT_EQ(log.find("\nforged"), std::string::npos);
        // listening, started, opened, frame too large, closed, draining, stopped
        EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 7) << log;
    }
}

TEST(LogSafety, WarningsOfManyClientsAreFewAndCountedInFull) {
    constexpr int clients = 200;
    daemon pulsar;
    std::vector<client> sockets;
    for (int i = 0; i < clients; ++i)
        sockets.emplace_back(pulsar.address());
    for (auto& socket : sockets)
        socket.send_all("GET / HTTP/1.1\r\n\r\n");
    for (auto& socket : sockets)
        EXPECT_EQ(socket.receive_until_eof(), "");
    sockets.clear();
    const auto stopped = pulsar.expect_orderly_exit();
    EXPECT_EQ(number(stopped, "connections"), clients);
    const auto lines = pulsar.events("connection", "frame too large");
    auto total = static_cast<std::int64_t>(lines.size());
    for (const auto& line : lines) {
        if (line.contains("suppressed")) total += number(line, "suppressed");
    }
    EXPECT_EQ(total, clients);
    const auto seconds = stopped.at("uptime_s").to_number<double>();
    EXPECT_LE(static_cast<double>(lines.size()), seconds + 2);
}

TEST(LogSafety, TheLastSuppressedWarningComesWithoutANewOne) {
    daemon pulsar;
    for (int i = 0; i < 3; ++i) {
        client socket(pulsar.address());
        socket.send_all("GET ");
        EXPECT_EQ(socket.receive_until_eof(), "");
    }
    const auto lines = pulsar.wait_for_count(2, "connection", "frame too large");
    EXPECT_EQ(number(lines.back(), "suppressed"), 1);
    pulsar.expect_orderly_exit();
}

TEST(LogSafety, RefusalsAreCountedInFull) {
    constexpr int clients = 100;
    daemon pulsar({"--max-connections", "1"});
    client admitted(pulsar.address());
    expect_echo(admitted);
    for (int i = 0; i < clients; ++i) {
        try {
            client(pulsar.address()).receive_until_closed();
        } catch (const std::system_error& refused) {
            EXPECT_EQ(refused.code(), std::errc::connection_reset);
        }
    }
    admitted.close();
    pulsar.expect_orderly_exit();
    std::int64_t total = 0;
    for (const auto& line : pulsar.events("listener", "refused"))
        total += number(line, "count");
    EXPECT_EQ(total, clients);
}

}  // namespace
}  // namespace pulsar::test
