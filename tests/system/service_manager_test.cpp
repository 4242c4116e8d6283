// What the daemon tells a service manager, by the protocol of sd_notify(3).

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/deadline.hpp"
#include "support/expect_echo.hpp"
#include "support/failed_start.hpp"
#include "support/frames.hpp"
#include "support/notify_socket.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>
#include <vector>

namespace pulsar::test::service_manager_test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

launch told_to(const notify_socket& manager, strings more = {}) {
    launch how;
    how.environment = std::move(more);
    how.environment.push_back(manager.variable());
    return how;
}

TEST(ServiceManager, IsToldWhenEveryListenerListens) {
    notify_socket manager;
    daemon pulsar({"--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"}, told_to(manager));
    EXPECT_EQ(manager.receive(), "READY=1");
    expect_echo(pulsar.address());
    EXPECT_TRUE(accepts(pulsar.admin_address()));
    pulsar.expect_orderly_exit();
    EXPECT_TRUE(manager.receive().starts_with("STOPPING=1\n"));
    EXPECT_FALSE(manager.poll());
}

TEST(ServiceManager, IsToldNothingByAStartThatFails) {
    daemon first;
    notify_socket manager;
    expect_failed_start(
        pulsar_with({"--listen", "127.0.0.1:0", "--admin", first.address()}, {manager.variable()}),
        {first.address(), "Address already in use"});
    EXPECT_FALSE(manager.poll());
    first.expect_orderly_exit();
}

TEST(ServiceManager, ThatCannotBeReachedIsNamed) {
    expect_failed_start(pulsar_with({"--listen", "127.0.0.1:0"}, {"NOTIFY_SOCKET=vsock:2:1234"}),
                        {"NOTIFY_SOCKET", "expected an absolute path or @NAME"});
}

TEST(ServiceManager, ThatIsGoneHarmsNobody) {
    launch how;
    how.environment = {"NOTIFY_SOCKET=/nonexistent/notify", "WATCHDOG_USEC=20000"};
    daemon pulsar({"--report-interval", "10ms"}, how);
    pulsar.wait_for_count(10, "registry", "report");
    expect_echo(pulsar.address());
    pulsar.expect_orderly_exit();
}

TEST(ServiceManager, ThatReadsNothingHoldsNobodyUp) {
    notify_socket manager;
    manager.fill();
    daemon pulsar({"--report-interval", "10ms"}, told_to(manager, {"WATCHDOG_USEC=20000"}));
    pulsar.wait_for_count(10, "registry", "report");
    expect_echo(pulsar.address());
    pulsar.expect_orderly_exit();
    while (const auto text = manager.poll())
        EXPECT_EQ(*text, notify_socket::filler);
}

/// By nothing but its own clock.
TEST(ServiceManager, IsToldAgainThatTheDaemonIsReady) {
    notify_socket manager;
    manager.fill();
    daemon pulsar({"--report-interval", "0s"}, told_to(manager));
    expect_echo(pulsar.address());
    manager.wait_for("READY=1");
    pulsar.expect_orderly_exit();
}

TEST(ServiceManager, IsToldAgainWhatItHadNoRoomFor) {
    notify_socket manager;
    manager.fill();
    daemon pulsar({"--drain-delay", "24h", "--report-interval", "0s"},
                  told_to(manager, {"WATCHDOG_USEC=50000"}));
    pulsar.report();
    pulsar.child().send(SIGTERM);
    pulsar.wait_for("server", "drain delayed");
    manager.wait_for("READY=1");
    manager.wait_for("STATUS=");
    manager.wait_for("STOPPING=1");
    manager.wait_for("WATCHDOG=1");
    pulsar.child().send(SIGTERM);
    pulsar.child().wait();
}

TEST(ServiceManager, GetsTheStatusWithEachReport) {
    notify_socket manager;
    // Also where no report is logged.
    daemon pulsar({"--report-interval", "0s", "--log-level", "info,registry=off"},
                  told_to(manager));
    EXPECT_EQ(manager.receive(), "READY=1");
    pulsar.child().send(SIGUSR1);
    EXPECT_EQ(manager.receive(), "STATUS=Connections: 0, frames/s: 0");
    auto one = served(pulsar.address());
    auto two = served(pulsar.address());
    std::string frames;
    for (int i = 0; i < 1000; ++i)  // at least one per second, however slow this is
        frames += frame("");
    one.send_all(frames);
    ASSERT_EQ(one.receive_exactly(frames.size()), frames);
    pulsar.child().send(SIGUSR1);
    const std::string expected = "STATUS=Connections: 2, frames/s: ";
    const auto status = manager.receive();
    EXPECT_EQ(status.substr(0, expected.size()), expected);
    EXPECT_GT(std::stoi(status.substr(expected.size())), 0);
    // None since the last report.
    pulsar.child().send(SIGUSR1);
    EXPECT_EQ(manager.receive(), expected + "0");
    one.close();
    two.close();
    pulsar.expect_orderly_exit();
}

TEST(ServiceManager, GetsTheStatusAtIntervals) {
    notify_socket manager;
    daemon pulsar({"--report-interval", "20ms"}, told_to(manager));
    for (int i = 0; i < 3; ++i)
        manager.wait_for("STATUS=Connections: 0, frames/s: 0");
    pulsar.expect_orderly_exit();
}

TEST(ServiceManager, IsToldHowLongAStopMayTake) {
    notify_socket manager;
    daemon pulsar({"--drain-delay", "24h", "--drain-timeout", "90s"}, told_to(manager));
    auto socket = served(pulsar.address());
    EXPECT_EQ(manager.receive(), "READY=1");
    pulsar.child().send(SIGTERM);
    // A day, 90 seconds, and ten more to the end of the process.
    EXPECT_EQ(manager.receive(), "STOPPING=1\nEXTEND_TIMEOUT_USEC=86500000000");
    expect_echo(socket);
    pulsar.child().send(SIGTERM);
    pulsar.child().wait();
}

TEST(ServiceManager, IsToldOnceThatADrainBegins) {
    notify_socket manager;
    daemon pulsar({"--drain-delay", "10ms"}, told_to(manager));
    pulsar.expect_orderly_exit();
    EXPECT_EQ(manager.receive(), "READY=1");
    EXPECT_EQ(manager.receive(), "STOPPING=1\nEXTEND_TIMEOUT_USEC=18010000");
    EXPECT_FALSE(manager.poll());
}

TEST(ServiceManager, HearsTheWatchdogAtHalfOfItsTime) {
    notify_socket manager;
    const auto start = std::chrono::steady_clock::now();
    daemon pulsar({"--threads", "2", "--report-interval", "0s"},
                  told_to(manager, {"WATCHDOG_USEC=6000000"}));
    EXPECT_EQ(manager.receive(), "READY=1");
    EXPECT_EQ(manager.receive(), "WATCHDOG=1");
    const auto taken = std::chrono::steady_clock::now() - start;
    EXPECT_GE(taken, 3s);
    EXPECT_LT(taken, 6s * patience()) << "it would have been killed";
    pulsar.expect_orderly_exit();
}

TEST(ServiceManager, HearsTheWatchdogAgainAndAgainInTheDelayOfADrainToo) {
    notify_socket manager;
    const auto start = std::chrono::steady_clock::now();
    daemon pulsar({"--threads", "2", "--drain-delay", "24h", "--report-interval", "0s"},
                  told_to(manager, {"WATCHDOG_USEC=100000"}));
    for (int i = 0; i < 10; ++i)
        manager.wait_for("WATCHDOG=1");
    EXPECT_GE(std::chrono::steady_clock::now() - start, 450ms) << "more often than it need";
    pulsar.child().send(SIGTERM);
    manager.wait_for("STOPPING=1");
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(manager.receive(), "WATCHDOG=1");
    pulsar.child().send(SIGTERM);
    pulsar.child().wait();
}

TEST(ServiceManager, HearsNoWatchdogThatIsAnotherProcess) {
    notify_socket manager;
    daemon pulsar({"--heartbeat-interval", "500ms", "--report-interval", "0s"},
                  told_to(manager, {"WATCHDOG_USEC=20000", "WATCHDOG_PID=1"}));
    client socket(pulsar.address());
    EXPECT_EQ(socket.receive_exactly(13), header(9) + "HEARTBEAT");
    EXPECT_EQ(manager.receive(), "READY=1");
    EXPECT_FALSE(manager.poll());
    socket.close();
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::service_manager_test
