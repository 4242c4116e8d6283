// recv(2), send(2) and write(2) that fail: what one connection meets is that connection's end, and
// nothing to the others (see accept_fault_test.cpp and epoll_fault_test.cpp for the other calls).

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/fault_injector.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <string>
#include <system_error>
#include <vector>

namespace pulsar::test::system_call_fault_test {
namespace {

class SystemCallFault : public fault_injection {
  protected:
    /// `when=` counts in each thread; a heartbeat would be counted, too.
    const std::vector<std::string> flags{"--threads", "1", "--heartbeat-interval", "0s"};
};

/// An errno's name, and what the connection that meets it is closed for.
struct failure {
    std::string error;
    std::string reason;
};

/// Expects that a connection whose next call fails so is reset and logged as closed, with the
/// system's words where the reason does not say it all.
void expect_the_end_of_one(daemon& pulsar, const std::string& calls, const failure& fails) {
    SCOPED_TRACE(calls + " " + fails.error);
    client other(pulsar.address());
    expect_echo(other);
    client struck(pulsar.address());
    expect_echo(struck);
    const auto peer = struck.local_address();
    fault_injector injector(pulsar.child(), calls, fails.error + ":when=1");
    struck.send_all(frame("lost"));
    injector.wait_for_faults();
    const auto end = struck.receive_until_closed();
    EXPECT_EQ(end.bytes, "");
    EXPECT_EQ(end.error, std::errc::connection_reset);
    const auto closed = pulsar.wait_for("connection", "closed", peer);
    EXPECT_EQ(text(closed, "reason"), fails.reason);
    EXPECT_EQ(closed.contains("error"), fails.reason == "io_error");
    EXPECT_EQ(pulsar.events("connection", "opened", peer).size(), 1u);
    EXPECT_EQ(pulsar.events("connection", "closed", peer).size(), 1u);
    expect_echo(other);
}

TEST_F(SystemCallFault, ARecvThatFailsEndsOneConnection) {
    daemon pulsar(flags, how);
    for (const auto& fails : {failure{"ECONNRESET", "peer_reset"}, failure{"ETIMEDOUT", "io_error"},
                              failure{"ENOMEM", "io_error"}, failure{"ENOBUFS", "io_error"}}) {
        expect_the_end_of_one(pulsar, "recvfrom,recvmsg", fails);
    }
    pulsar.expect_orderly_exit();
}

TEST_F(SystemCallFault, ASendThatFailsEndsOneConnection) {
    daemon pulsar(flags, how);
    for (const auto& fails : {failure{"EPIPE", "peer_reset"}, failure{"ECONNRESET", "peer_reset"},
                              failure{"ETIMEDOUT", "io_error"}, failure{"ENOBUFS", "io_error"},
                              failure{"ENOMEM", "io_error"}}) {
        expect_the_end_of_one(pulsar, "sendto,sendmsg", fails);
    }
    pulsar.expect_orderly_exit();
}

TEST_F(SystemCallFault, AHeartbeatThatCannotBeSentEndsOneConnection) {
    daemon pulsar({"--threads", "1", "--heartbeat-interval", "100ms"}, how);
    client struck(pulsar.address());
    EXPECT_EQ(struck.receive_exactly(heartbeat.size()), heartbeat);
    fault_injector injector(pulsar.child(), "sendto,sendmsg", "ENOBUFS:when=1");
    const auto end = struck.receive_until_closed();
    EXPECT_EQ(end.error, std::errc::connection_reset);
    EXPECT_EQ(check_echo("", end.bytes).partial, 0u);
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed"), "reason"), "io_error");
    pulsar.expect_orderly_exit();
}

TEST_F(SystemCallFault, AnInterruptionLosesNothing) {
    daemon pulsar(flags, how);
    client socket(pulsar.address());
    expect_echo(socket);
    for (const auto* calls : {"recvfrom,recvmsg", "sendto,sendmsg"}) {
        SCOPED_TRACE(calls);
        fault_injector injector(pulsar.child(), calls, "EINTR:when=1..3");
        expect_echo(socket);
        injector.wait_for_faults(3);
    }
    socket.close();
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed"), "reason"), "peer_closed");
    pulsar.expect_orderly_exit();
}

TEST_F(SystemCallFault, AFinThatCannotBeSentHoldsUpNothing) {
    daemon pulsar(flags, how);
    client socket(pulsar.address());
    expect_echo(socket);
    fault_injector injector(pulsar.child(), "shutdown", "ENOTCONN");
    socket.send_all("\xff\xff\xff\xff");
    injector.wait_for_faults();
    socket.receive_until_closed();
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed"), "reason"), "frame_too_large");
    socket.close();
    pulsar.expect_orderly_exit();
}

TEST_F(SystemCallFault, AFullDiskDelaysTheLogAndNoEcho) {
    const temp_dir dir;
    const auto log = dir / "log";
    const auto address = "unix:" + (dir / "socket");
    auto command = pulsar_with({"--listen", address, "--log-file", log, "--log-format", "json"});
    command.environment = how.environment;
    process pulsar(command);
    const auto is_logged = [&](const std::string& words) { return holds(log, words); };
    ASSERT_TRUE(eventually([&] { return accepts(address); }));
    ASSERT_TRUE(eventually([&] { return is_logged("\"msg\":\"closed\""); }));
    fault_injector injector(pulsar, "write", "ENOSPC", log);
    constexpr int clients = 50;
    const auto before = parse_lines(read_file(log)).size();
    for (int i = 0; i < clients; ++i) {
        client socket(address);
        expect_echo(socket);
    }
    injector.wait_for_faults(3);
    EXPECT_EQ(parse_lines(read_file(log)).size(), before);
    injector.detach();
    pulsar.send(SIGTERM);
    EXPECT_EQ(pulsar.wait(), exited(0));
    EXPECT_EQ(pulsar.err().text(), "");
    int opened = 0;
    int closed = 0;
    const auto events = parse_lines(read_file(log));
    for (std::size_t i = before; i < events.size(); ++i) {
        opened += text(events[i], "msg") == "opened";
        closed += text(events[i], "msg") == "closed";
    }
    EXPECT_EQ(opened, clients);
    EXPECT_EQ(closed, clients);
    EXPECT_EQ(text(events.back(), "msg"), "stopped");
}

}  // namespace
}  // namespace pulsar::test::system_call_fault_test
