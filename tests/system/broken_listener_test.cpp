#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/fault_injector.hpp"
#include "support/frames.hpp"
#include "support/process.hpp"
#include "support/process_usage.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <string>

namespace pulsar::test::broken_listener_test {
namespace {

class BrokenListener : public fault_injection {
  protected:
    /// Breaks the listener on `address` beneath a client. Expects the end that it is to have.
    static void expect_end(daemon& pulsar, const std::string& address) {
        auto existing = served(pulsar.address());
        const fault_injector broken(pulsar.child(), "accept,accept4", "EINVAL");
        const client unlucky(address);
        EXPECT_EQ(existing.receive_until_eof(), "");
        existing.close();
        EXPECT_EQ(pulsar.child().wait(), exited(1));
        pulsar.child().out().wait_for_end();
        pulsar.provokes_errors(1);
        EXPECT_EQ(pulsar.events("listener", "broken").size(), 1u);
        EXPECT_EQ(text(pulsar.wait_for("listener", "broken"), "address"), address);
        EXPECT_EQ(pulsar.events("server", "draining").size(), 1u);
        EXPECT_EQ(text(pulsar.wait_for("server", "draining"), "signal"), "none");
        EXPECT_EQ(number(pulsar.wait_for("server", "stopped"), "drained"), 1);
    }
};

TEST_F(BrokenListener, EndsInADrainAndExit1) {
    daemon pulsar({}, how);
    expect_end(pulsar, pulsar.address());
}

TEST_F(BrokenListener, OfAdminDoesTheSame) {
    daemon pulsar({"--admin", "127.0.0.1:0"}, how);
    expect_end(pulsar, pulsar.admin_address());
}

TEST_F(BrokenListener, EndsTheDelayOfADrain) {
    daemon pulsar({"--drain-delay", "24h", "--listen", "127.0.0.1:0", "--listen", "127.0.0.1:0"},
                  how);
    pulsar.child().send(SIGTERM);
    pulsar.wait_for("server", "drain delayed");
    expect_end(pulsar, pulsar.address());
}

TEST_F(BrokenListener, EndsWithStatus1WhenAFirstSignalComesInTheLastMoment) {
    const temp_dir dir;
    const auto address = "unix:" + (dir / "socket");
    auto command = pulsar_with({"--listen", address});
    command.environment = how.environment;
    process pulsar(command);
    ASSERT_TRUE(eventually([&] { return accepts(address); }));
    pulsar.out().pause();
    for (int i = 0; i < 1000; ++i)
        client(address).reset();
    fault_injector broken(pulsar, "accept,accept4", "EINVAL");
    accepts(address);  // unless one that was still queued has met the fault, and the socket is gone
    broken.wait_for_faults();
    // Nothing is left to do but to write the log, which takes its time.
    ASSERT_TRUE(eventually([&] { return !catches(pulsar.pid(), SIGUSR1); }));
    pulsar.send(SIGTERM);
    EXPECT_EQ(pulsar.wait(), exited(1));
}

TEST_F(BrokenListener, IsNotOneWhoseClientWentAwayOrWhoseNetworkFails) {
    for (const auto* error :
         {"ECONNABORTED", "EPROTO", "EPERM", "ENETDOWN", "EHOSTUNREACH", "ETIMEDOUT"}) {
        SCOPED_TRACE(error);
        daemon pulsar({}, how);
        fault_injector injector(pulsar.child(), "accept,accept4", std::string(error) + ":when=1");
        client waiting(pulsar.address());
        waiting.send_all(frame("HELLO"));
        injector.wait_for_faults();
        EXPECT_EQ(waiting.receive_exactly(9), frame("HELLO"));
        waiting.close();
        pulsar.expect_orderly_exit();
    }
}

}  // namespace
}  // namespace pulsar::test::broken_listener_test
