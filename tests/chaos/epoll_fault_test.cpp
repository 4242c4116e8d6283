// epoll_ctl(2) that fails: a user's watches are used up (ENOSPC, epoll(7)), or the kernel has no
// memory for one. One thread each: between loops, Asio's wake-ups are epoll_ctl calls, too.

#include "support/baseline.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/fault_injector.hpp"
#include "support/process_usage.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <system_error>

namespace pulsar::test::epoll_fault_test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

class EpollFault : public fault_injection {};

TEST_F(EpollFault, AConnectionThatCannotBeWatchedIsResetAndLogged) {
    daemon pulsar({"--threads", "1", "--heartbeat-interval", "0s"}, how);
    const auto pid = pulsar.child().pid();
    client other(pulsar.address());
    expect_echo(other);
    const auto descriptors = open_descriptors(pid);
    int opened = 1;
    for (const auto* error : {"ENOSPC", "ENOMEM"}) {
        SCOPED_TRACE(error);
        fault_injector injector(pulsar.child(), "epoll_ctl", error + ":when=1"s);
        client struck(pulsar.address());
        const auto peer = struck.local_address();
        EXPECT_EQ(struck.receive_until_closed().error, std::errc::connection_reset);
        const auto closed = pulsar.wait_for("connection", "closed", peer);
        EXPECT_EQ(text(closed, "reason"), "io_error");
        EXPECT_TRUE(text(closed, "error").starts_with("epoll_ctl: ")) << text(closed, "error");
        EXPECT_EQ(number(closed, "bytes_in"), 0);
        const auto begun = pulsar.wait_for("connection", "opened", peer);
        EXPECT_EQ(number(begun, "conn"), number(closed, "conn"));
        EXPECT_EQ(text(begun, "local"), pulsar.address());
        EXPECT_EQ(number(pulsar.report(), "connections"), 1);
        EXPECT_EQ(number(pulsar.report(), "opened"), ++opened);
        EXPECT_EQ(open_descriptors(pid), descriptors);
        injector.detach();
        expect_echo(other);
        client next(pulsar.address());
        expect_echo(next);
        ++opened;
        next.close();
        pulsar.wait_for_count(static_cast<std::size_t>(opened) - 1, "connection", "closed");
    }
    other.close();
    pulsar.expect_orderly_exit();
}

TEST_F(EpollFault, AWaitThatCannotBeRenewedCostsTimeAndNoByte) {
    daemon pulsar({"--threads", "1", "--heartbeat-interval", "200ms", "--write-timeout",
                   std::to_string(2 * patience()) + "s"},
                  how);
    const auto pid = pulsar.child().pid();
    client lively(pulsar.address());
    expect_echo(lively);
    client slow(pulsar.address());
    expect_echo(slow);
    fault_injector injector(pulsar.child(), "epoll_ctl", "ENOMEM");
    const auto used = cpu_time(pid);
    const auto from = std::chrono::steady_clock::now();

    std::string sent;
    for (int i = 0; i < 20; ++i)
        sent += frame(std::to_string(i));
    lively.send_all(sent);
    lively.shutdown_send();
    const auto echoed = check_echo(sent, lively.receive_until_eof());
    EXPECT_EQ(echoed.problem, "");
    EXPECT_EQ(echoed.frames, 20u);

    auto owed = slow.flood(frame(std::string(60'000, 'x')));
    const auto whole = std::string(complete_frames(owed));
    slow.shutdown_send();
    const auto late = check_echo(whole, slow.receive_until_eof());
    EXPECT_EQ(late.problem, "");
    EXPECT_EQ(late.partial, 0u);
    EXPECT_GE(late.frames, whole.size() / 60'004);

    injector.wait_for_faults();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - from;
    EXPECT_LT((cpu_time(pid) - used) / 1.0s, 0.5 * elapsed / 1s + 0.3);
    injector.detach();
    client next(pulsar.address());
    expect_echo(next);
    next.close();
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::epoll_fault_test
