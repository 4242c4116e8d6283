// A process that runs out of descriptors or memory serves whom it can.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/deadline.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/http.hpp"
#include "support/process_usage.hpp"
#include "support/sanitizers.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <vector>

namespace pulsar::test::exhaustion_test {
namespace {

using namespace std::chrono_literals;

class Descriptors : public testing::Test {
  protected:
    void SetUp() override {
        // UBSan, built with ASan here, opens a pipe to check a vptr and takes EMFILE for a fault.
        if (address_sanitizer()) GTEST_SKIP() << "a sanitizer needs descriptors of its own";
    }
};

TEST_F(Descriptors, ExhaustionIsWaitedOutWithoutSpinning) {
    daemon pulsar;
    const auto pid = pulsar.child().pid();
    client existing(pulsar.address());
    expect_echo(existing);
    const auto before = leave_no_descriptor(pid);
    client waiting(pulsar.address());
    waiting.send_all(frame("HELLO"));
    const auto warning = pulsar.wait_for("listener", "accept failed");
    EXPECT_EQ(text(warning, "level"), "warn");
    EXPECT_NE(text(warning, "reason"), "");
    EXPECT_GE(number(warning, "count"), 1);

    const auto used = cpu_time(pid);
    std::this_thread::sleep_for(1s);  // what is measured: the CPU time of a second
    EXPECT_LT(cpu_time(pid) - used, 200ms * patience());
    expect_echo(existing);
    EXPECT_EQ(pulsar.events("listener", "accept failed").size(), 1u);

    set_soft_limit(pid, RLIMIT_NOFILE, before);
    EXPECT_EQ(waiting.receive_exactly(9), frame("HELLO"));
    waiting.close();
    existing.close();
    pulsar.expect_orderly_exit();
}

TEST_F(Descriptors, ExhaustionIsCountedByItsError) {
    daemon pulsar({"--admin", "127.0.0.1:0"});
    const auto before = leave_no_descriptor(pulsar.child().pid());
    client waiting(pulsar.address());
    pulsar.wait_for("listener", "accept failed");
    set_soft_limit(pulsar.child().pid(), RLIMIT_NOFILE, before);
    expect_echo(waiting);
    EXPECT_TRUE(contains(http_get(pulsar.admin_address(), "/metrics").body,
                         "\npulsar_accept_errors_total{error=\"EMFILE\"} "));
    waiting.close();
    pulsar.expect_orderly_exit();
}

/// Descriptors are kept back for them.
TEST_F(Descriptors, OfScrapesAreThereWhenClientsHaveTakenTheirs) {
    launch how;
    how.limits = {{RLIMIT_NOFILE, 400}};
    daemon pulsar({"--threads", "1", "--admin", "127.0.0.1:0"}, how);
    const auto room = number(pulsar.wait_for("server", "started"), "max_connections");
    EXPECT_LT(room, 300);
    EXPECT_GT(room, 200);
    std::vector<client> clients;
    for (std::int64_t i = 0; i < room; ++i)
        clients.push_back(served(pulsar.address()));
    client refused(pulsar.address());
    EXPECT_EQ(refused.receive_until_closed().error, std::errc::connection_reset);
    std::vector<client> held;
    for (int i = 0; i < 60; ++i)
        held.emplace_back(pulsar.admin_address());
    const auto scrape = http_get(pulsar.admin_address(), "/metrics");
    EXPECT_EQ(scrape.status, 200);
    EXPECT_TRUE(
        contains(scrape.body, "pulsar_connections_refused_total{reason=\"max_connections\"} 1\n"));
    EXPECT_TRUE(contains(scrape.body, "process_max_fds 400\n"));
    EXPECT_TRUE(pulsar.events("listener", "accept failed").empty());
    held.clear();
    clients.clear();
    pulsar.expect_orderly_exit();
}

TEST_F(Descriptors, ExhaustionEndsWhenAClientLeaves) {
    daemon pulsar;
    const auto pid = pulsar.child().pid();
    client existing(pulsar.address());
    expect_echo(existing);
    leave_no_descriptor(pid);
    client waiting(pulsar.address());
    waiting.send_all(frame("HELLO"));
    pulsar.wait_for("listener", "accept failed");
    existing.close();
    EXPECT_EQ(waiting.receive_exactly(9), frame("HELLO"));
    waiting.close();
    pulsar.expect_orderly_exit();
}

TEST_F(Descriptors, ExhaustionDoesNotHoldUpADrain) {
    daemon pulsar;
    const auto pid = pulsar.child().pid();
    leave_no_descriptor(pid);
    client waiting(pulsar.address());
    pulsar.wait_for("listener", "accept failed");
    pulsar.child().send(SIGTERM);
    waiting.receive_until_closed();
    waiting.close();
    pulsar.expect_orderly_end();
}

TEST(Memory, ExhaustionClosesTheConnectionThatNeedsItOnly) {
    if (sanitized()) {
        GTEST_SKIP() << "a sanitizer's allocator does not run out in order";
    }
    daemon pulsar({"--max-frame-size", "512MiB", "--threads", "1"});
    const auto pid = pulsar.child().pid();
    client small(pulsar.address());
    expect_echo(small);
    set_soft_limit(pid, RLIMIT_AS, address_space(pid) + (48 << 20));
    client greedy(pulsar.address());
    const auto peer = greedy.local_address();
    const std::string block(1 << 20, 'x');
    try {
        greedy.send_all(header(400 << 20));
        for (int i = 0; i < 400; ++i)
            greedy.send_all(block);
        ADD_FAILURE() << "the daemon took it all";
    } catch (const std::system_error& closed) {
        EXPECT_NE(closed.code(), std::errc::timed_out);
    }
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed", peer), "reason"), "out_of_memory");
    expect_echo(small);
    client next(pulsar.address());
    expect_echo(next);
    next.close();
    small.close();
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::exhaustion_test
