#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/network_namespace.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstddef>
#include <iomanip>
#include <sstream>
#include <string>

namespace pulsar::test::addresses_test {
namespace {

TEST(Addresses, PortZeroIsLoggedAsTheRealPort) {
    daemon pulsar({"--listen", "127.0.0.1:0"});
    EXPECT_TRUE(pulsar.address().starts_with("127.0.0.1:"));
    EXPECT_NE(pulsar.port(), "0");
    client socket(pulsar.address());
    expect_echo(socket);
    const auto opened = pulsar.wait_for("connection", "opened");
    EXPECT_EQ(text(opened, "peer"), socket.local_address());
    EXPECT_EQ(text(opened, "local"), pulsar.address());
    socket.close();
    pulsar.expect_orderly_exit();
}

TEST(Addresses, SeveralAreServedAtOnce) {
    const temp_dir dir;
    daemon pulsar({"--listen", "127.0.0.1:0", "--listen", "127.0.0.1:0", "--listen",
                   "unix:" + (dir / "socket")});
    for (const auto& listening : pulsar.wait_for_count(3, "server", "listening")) {
        client socket(text(listening, "address"));
        expect_echo(socket);
    }
    pulsar.expect_orderly_exit();
}

TEST(Addresses, Ipv6) {
    if (!has_ipv6()) GTEST_SKIP() << "the loopback interface has no IPv6";
    daemon pulsar({"--listen", "[::1]:0"});
    EXPECT_TRUE(pulsar.address().starts_with("[::1]:"));
    client socket(pulsar.address());
    expect_echo(socket);
    EXPECT_EQ(text(pulsar.wait_for("connection", "opened"), "peer"), socket.local_address());
    socket.close();
    pulsar.expect_orderly_exit();
}

void serve_both_families() {
    daemon pulsar({"--listen", ":0"});
    EXPECT_EQ(pulsar.address(), "[::]:" + pulsar.port());
    client v4("127.0.0.1:" + pulsar.port());
    expect_echo(v4);
    client v6("[::1]:" + pulsar.port());
    expect_echo(v6);
    pulsar.wait_for("connection", "opened", v4.local_address());
    pulsar.wait_for("connection", "opened", v6.local_address());
    EXPECT_EQ(pulsar.events("server", "listening").size(), 1u);
    v4.close();
    v6.close();
    pulsar.expect_orderly_exit();
}

TEST(Addresses, NoHostIsBothFamiliesOnOnePort) {
    expect_to_pass_in_network_namespace(serve_both_families);
}

TEST(Addresses, TheSamePortCanBeTakenAgainAtOnce) {
    daemon first;
    const auto address = first.address();
    client socket(address);
    expect_echo(socket);
    first.child().send(SIGTERM);
    EXPECT_EQ(socket.receive_until_eof(), "");
    socket.close();
    first.expect_orderly_end();
    daemon second({"--listen", address});
    client again(address);
    expect_echo(again);
    again.close();
    second.expect_orderly_exit();
}

/// How many sockets with this local port are in TIME_WAIT, by proc(5).
std::size_t time_wait_sockets(const std::string& port) {
    std::ostringstream wanted;
    wanted << ':' << std::hex << std::uppercase << std::setw(4) << std::setfill('0')
           << std::stoi(port);
    std::istringstream table(read_file("/proc/net/tcp"));
    std::size_t count = 0;
    for (std::string line; std::getline(table, line);) {
        std::istringstream fields(line);
        std::string number, local, remote, state;
        fields >> number >> local >> remote >> state;
        if (local.ends_with(wanted.str()) && state == "06") ++count;
    }
    return count;
}

TEST(Addresses, APortInTimeWaitCanBeTakenAgain) {
    std::string address = "127.0.0.1:0";
    for (int restart = 0; restart < 5; ++restart) {
        daemon pulsar({"--listen", address});
        address = pulsar.address();
        for (int i = 0; i < 3; ++i) {
            client rejected(address);
            rejected.send_all("GET ");
            EXPECT_EQ(rejected.receive_until_eof(), "") << "the daemon closes first";
            rejected.close();
        }
        pulsar.wait_for_count(3, "connection", "closed");
        ASSERT_TRUE(eventually([&] { return time_wait_sockets(pulsar.port()) >= 3; }));
        client drained(address);
        expect_echo(drained);
        pulsar.child().send(SIGTERM);
        EXPECT_EQ(drained.receive_until_eof(), "");
        drained.close();
        pulsar.expect_orderly_end();
        EXPECT_GE(time_wait_sockets(pulsar.port()), 3u);
    }
}

TEST(Addresses, APortCanBeTakenAgainWhileClientsOfAKilledDaemonAreConnected) {
    daemon killed;
    const auto address = killed.address();
    client orphan(address);
    expect_echo(orphan);
    killed.child().send(SIGKILL);
    killed.child().wait();
    daemon next({"--listen", address});
    client socket(address);
    expect_echo(socket);
    socket.close();
    next.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::addresses_test
