// A daemon for which there is no memory at all, for a while.

#include "no_memory.hpp"

#include "failing_malloc.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/fault_injector.hpp"
#include "support/frames.hpp"
#include "support/http.hpp"
#include "support/process_usage.hpp"
#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <thread>

namespace pulsar::test::no_memory_test {
namespace {

using namespace std::chrono_literals;

/// No allocation succeeds.
class NoMemoryAnywhere : public no_memory {
  protected:
    /// Until it notices.
    void fail_all(const std::function<void()>& provoke) {
        const auto before = faults_.failed();
        faults_.fail_all();
        provoke();
        ASSERT_TRUE(eventually([&] { return faults_.failed() > before; }));
    }

    /// A client whose connection waits for it, which takes some memory the first time.
    static client awaited(daemon& pulsar) {
        auto socket = served(pulsar.address());
        pulsar.report();  // by the one thread that there is
        return socket;
    }

    failing_malloc faults_;
    launch how_{.environment = faults_.environment()};
};

TEST_F(NoMemoryAnywhere, AnAcceptErrorIsWaitedOut) {
    daemon pulsar({"--threads", "1"}, how_);
    const auto pid = pulsar.child().pid();
    auto existing = awaited(pulsar);
    const auto descriptors = leave_no_descriptor(pid);
    std::optional<client> waiting;
    fail_all([&] { waiting.emplace(pulsar.address()); });
    expect_echo(existing);
    const auto used = cpu_time(pid);
    std::this_thread::sleep_for(1s);  // what is measured: the CPU time of a second
    EXPECT_LT(cpu_time(pid) - used, 200ms);
    expect_echo(existing);
    faults_.stop();
    set_soft_limit(pid, RLIMIT_NOFILE, descriptors);
    expect_echo(*waiting);
    waiting->close();
    existing.close();
    pulsar.expect_orderly_exit();
}

TEST_F(NoMemoryAnywhere, ABrokenListenerEndsInADrainAndExit1) {
    if (!fault_injection::possible()) return skip_without("strace and the right to trace");
    const temp_dir dir;
    const auto address = "unix:" + (dir / "socket");
    process pulsar(pulsar_with({"--listen", address}, faults_.environment()));
    ASSERT_TRUE(eventually([&] { return accepts(address); }));
    auto existing = served(address);
    fault_injector broken(pulsar, "accept,accept4", "EINVAL");
    std::optional<client> unlucky;
    fail_all([&] { unlucky.emplace(address); });
    EXPECT_EQ(existing.receive_until_closed().bytes, "");
    existing.close();
    EXPECT_EQ(pulsar.wait(), exited(1));
    EXPECT_GT(broken.faults(), 0u);
}

TEST_F(NoMemoryAnywhere, ADrainCutsOffWhatIsLeftAndEnds) {
    daemon pulsar({"--drain-delay", "200ms", "--drain-timeout", "300ms", "--threads", "2"}, how_);
    auto idle = served(pulsar.address());
    client stuck(pulsar.address(), 4096);
    stuck.flood(frame(std::string(60'000, 'x')));
    leave_no_descriptor(pulsar.child().pid());
    client waiting(pulsar.address());
    pulsar.wait_for("listener", "accept failed");
    fail_all([&] {
        pulsar.child().send(SIGHUP);
        pulsar.child().send(SIGUSR1);
    });
    pulsar.child().send(SIGTERM);
    EXPECT_EQ(idle.receive_until_closed().bytes, "");
    idle.close();
    stuck.receive_until_closed();
    waiting.receive_until_closed();
    EXPECT_EQ(pulsar.child().wait(), exited(0));
}

TEST_F(NoMemoryAnywhere, AScrapeLosesItsConnectionAndTheNextIsAnsweredOnceThereIsSome) {
    daemon pulsar({"--threads", "1", "--admin", "127.0.0.1:0"}, how_);
    const auto admin = pulsar.admin_address();
    auto existing = awaited(pulsar);
    fail_all([&] {
        client unlucky(admin);
        EXPECT_EQ(unlucky.receive_until_closed().bytes, "");
    });
    expect_echo(existing);
    faults_.stop();
    EXPECT_EQ(http_get(admin, "/readyz").body, "ok");
    existing.close();
    pulsar.expect_orderly_exit();
}

TEST_F(NoMemoryAnywhere, SignalsCountAgainOnceThereIsSome) {
    daemon pulsar({"--report-interval", "0s"}, how_);
    fail_all([&] {
        for (int i = 0; i < 3; ++i) {
            pulsar.child().send(SIGHUP);
            pulsar.child().send(SIGUSR1);
        }
    });
    faults_.stop();
    pulsar.report();
    pulsar.expect_orderly_exit();
}

TEST_F(NoMemoryAnywhere, ADeadlineThatIsEarlierThanTheFirstStopsNoHeartbeat) {
    daemon pulsar({"--threads", "1", "--heartbeat-interval", "2s"}, how_);
    auto oversize = served(pulsar.address());
    auto idle = awaited(pulsar);
    fail_all([&] { oversize.send_all(header(0x7fffffff)); });  // who lingers, for a second
    oversize.receive_until_closed();
    EXPECT_EQ(idle.receive_exactly(13), header(9) + "HEARTBEAT");
    EXPECT_EQ(idle.receive_exactly(13), header(9) + "HEARTBEAT");
    faults_.stop();
    idle.close();
    oversize.close();
    pulsar.expect_orderly_exit();
}

TEST_F(NoMemoryAnywhere, TheLogDoesNotSpinAndTellsWhatItLost) {
    daemon pulsar({"--report-interval", "0s"}, how_);
    fail_all([&] { pulsar.child().send(SIGUSR1); });
    const auto before = faults_.failed();
    std::this_thread::sleep_for(2s);  // what is measured: the failures of two seconds
    const auto failed = faults_.failed() - before;
    EXPECT_GE(failed, 1u) << "it does not try again";
    EXPECT_LT(failed, 100u);
    faults_.stop();
    EXPECT_GE(number(pulsar.wait_for("log", "dropped"), "count"), 1);
    fail_all([&] { pulsar.child().send(SIGUSR1); });
    pulsar.child().send(SIGTERM);
    EXPECT_EQ(pulsar.child().wait(), exited(0));
    EXPECT_LT(faults_.failed(), 500u);
}

}  // namespace
}  // namespace pulsar::test::no_memory_test
