// A process that runs out of descriptors or memory serves whom it can.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/process_usage.hpp"
#include "support/sanitizers.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <utility>

namespace pulsar::test {
namespace {

using namespace std::chrono_literals;

/// Returns the soft limit that stood before.
rlim_t set_soft_limit(pid_t pid, __rlimit_resource resource, rlim_t soft) {
    rlimit limit{};
    EXPECT_EQ(::prlimit(pid, resource, nullptr, &limit), 0);
    const auto before = std::exchange(limit.rlim_cur, soft);
    EXPECT_EQ(::prlimit(pid, resource, &limit, nullptr), 0);
    return before;
}

/// Lowers the soft limit on open files to what the process holds; returns the one before.
rlim_t leave_no_descriptor(pid_t pid) {
    return set_soft_limit(pid, RLIMIT_NOFILE, open_descriptors(pid));
}

class Descriptors : public testing::Test {
  protected:
    void SetUp() override {
        // UBSan, built with ASan here, opens a pipe to check a vptr and takes EMFILE for a fault.
        if (address_sanitizer) GTEST_SKIP() << "a sanitizer needs descriptors of its own";
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
    EXPECT_LT(cpu_time(pid) - used, 200ms);
    expect_echo(existing);
    EXPECT_EQ(pulsar.events("listener", "accept failed").size(), 1u);

    set_soft_limit(pid, RLIMIT_NOFILE, before);
    EXPECT_EQ(waiting.receive_exactly(9), frame("HELLO"));
    waiting.close();
    existing.close();
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
    if (address_sanitizer || thread_sanitizer) {
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
}  // namespace pulsar::test
