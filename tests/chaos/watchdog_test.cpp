// A service manager's watchdog, which hears of the daemon as long as every loop lives.

#include "failing_malloc.hpp"
#include "no_memory.hpp"
#include "preloaded_library.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/notify_socket.hpp"
#include "support/sanitizers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

namespace pulsar::test::watchdog_test {
namespace {

TEST(Watchdog, HearsNothingMoreOnceOneLoopIsStuck) {
    if (sanitized()) {
        GTEST_SKIP() << "a sanitizer's runtime must be loaded before any other library";
    }
    notify_socket manager;
    const preloaded_library stuck_send(STUCK_SEND);
    launch how;
    how.environment = {stuck_send.variable(), manager.variable(), "WATCHDOG_USEC=100000"};
    daemon pulsar({"--threads", "2", "--report-interval", "100ms"}, how);
    manager.wait_for("WATCHDOG=1");
    manager.wait_for("WATCHDOG=1");
    const client on_the_first_loop(pulsar.address());
    client on_the_second(pulsar.address());
    on_the_second.send_all(frame("HELLO"));
    ASSERT_EQ(on_the_second.receive_exactly(1), "!") << "not from preload/stuck_send.cpp";
    while (manager.poll()) {
    }
    // The first loop goes on, and could have told it twenty times.
    std::vector<std::string> others;
    for (int i = 0; i < 10; ++i)
        manager.wait_for("STATUS=Connections: 2", &others);
    EXPECT_LE(std::count(others.begin(), others.end(), "WATCHDOG=1"), 1) << "besides one under way";
    pulsar.child().send(SIGKILL);
}

class WatchdogWithoutMemory : public no_memory {};

TEST_F(WatchdogWithoutMemory, HearsOfTheDaemonAllTheSame) {
    notify_socket manager;
    failing_malloc faults;
    launch how;
    how.environment = faults.environment();
    how.environment.insert(how.environment.end(), {manager.variable(), "WATCHDOG_USEC=100000"});
    daemon pulsar({"--threads", "2", "--report-interval", "0s"}, how);
    manager.wait_for("WATCHDOG=1");
    faults.fail_all();
    pulsar.child().send(SIGUSR1);
    manager.wait_for("STATUS=");
    EXPECT_TRUE(eventually([&] { return faults.failed() > 0; })) << "not even a line of the log";
    while (manager.poll()) {
    }
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(manager.receive(), "WATCHDOG=1");
    pulsar.child().send(SIGTERM);
    manager.wait_for("STOPPING=1");
    EXPECT_EQ(pulsar.child().wait(), exited(0));
}

}  // namespace
}  // namespace pulsar::test::watchdog_test
