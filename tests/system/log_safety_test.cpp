// What clients do must not forge, break or flood the log.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pulsar::test::log_safety_test {
namespace {

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
}  // namespace pulsar::test::log_safety_test
