#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace pulsar::test::report_test {
namespace {

using namespace std::chrono_literals;

TEST(Report, Sigusr1TellsTotalsAndEachActiveConnection) {
    daemon pulsar({"--report-interval", "0s"});
    client gone(pulsar.address());
    gone.send_all(frame("x") + frame("y"));
    gone.receive_exactly(10);
    gone.close();
    pulsar.wait_for("connection", "closed");
    std::vector<client> sockets;
    std::set<std::string> peers;
    for (int i = 0; i < 5; ++i) {
        sockets.emplace_back(pulsar.address());
        sockets.back().send_all(frame("HELLO"));
        sockets.back().receive_exactly(9);
        peers.insert(sockets.back().local_address());
    }
    // The last echo may be here a moment before it is counted.
    std::size_t asked = 0;
    event report;
    EXPECT_TRUE(eventually([&] {
        pulsar.child().send(SIGUSR1);
        report = pulsar.wait_for_count(++asked, "registry", "report").back();
        return number(report, "bytes_out") == 55;
    }));
    const auto active = pulsar.wait_for_count(5 * asked, "registry", "active");
    std::set<std::string> reported;
    for (const auto& line : std::span(active).last(5)) {
        reported.insert(text(line, "peer"));
        EXPECT_EQ(number(line, "frames"), 1);
        EXPECT_EQ(number(line, "bytes_in"), 9);
        EXPECT_EQ(number(line, "bytes_out"), 9);
    }
    EXPECT_EQ(reported, peers);
    EXPECT_EQ(number(report, "connections"), 5);
    EXPECT_EQ(number(report, "opened"), 6);
    EXPECT_EQ(number(report, "closed"), 1);
    EXPECT_EQ(number(report, "refused"), 0);
    EXPECT_EQ(number(report, "frames"), 7);
    EXPECT_EQ(number(report, "bytes_in"), 55);
    EXPECT_EQ(number(report, "bytes_out"), 55);
    EXPECT_EQ(number(report, "heartbeats"), 0);
    sockets.clear();
    pulsar.expect_orderly_exit();
    EXPECT_EQ(pulsar.events("registry", "report").size(), asked);
}

TEST(Report, ComesAgainAtEachInterval) {
    const auto begin = std::chrono::steady_clock::now();
    daemon pulsar({"--report-interval", "50ms"});
    client socket(pulsar.address());
    socket.send_all(frame("HELLO"));
    socket.receive_exactly(9);
    pulsar.wait_for_count(3, "registry", "report");
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 3 * 50ms);
    pulsar.wait_for("registry", "active", socket.local_address());
    socket.close();
    pulsar.expect_orderly_exit();
}

TEST(Report, OfManyConnectionsIsWhole) {
    daemon pulsar({"--report-interval", "0s"});
    std::vector<client> sockets;
    for (int i = 0; i < 400; ++i)
        sockets.emplace_back(pulsar.address());
    pulsar.wait_for_count(400, "connection", "opened");
    pulsar.child().send(SIGUSR1);
    std::set<std::int64_t> connections;
    for (const auto& line : pulsar.wait_for_count(400, "registry", "active")) {
        connections.insert(number(line, "conn"));
    }
    EXPECT_EQ(connections.size(), 400u);
    sockets.clear();
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::report_test
