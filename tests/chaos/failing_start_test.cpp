// A daemon for which there is no memory at its start.

#include "failing_malloc.hpp"
#include "no_memory.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/effort.hpp"
#include "support/frames.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <string>
#include <sys/resource.h>

namespace pulsar::test::failing_start_test {
namespace {

using namespace std::chrono_literals;

class NoMemoryAtTheStart : public no_memory, public testing::WithParamInterface<const char*> {};

TEST_P(NoMemoryAtTheStart, IsOneLineAndExit1OrADaemonThatServes) {
    int served = 0;
    int refused = 0;
    for (rlim_t mebibytes = 8; mebibytes <= 640; mebibytes += mebibytes / 8) {
        SCOPED_TRACE(mebibytes);
        auto how = pulsar_with({"--listen", "127.0.0.1:0", "--threads", GetParam()});
        how.limits = {{RLIMIT_AS, mebibytes << 20}};
        process pulsar(how);
        const auto started = pulsar.out().wait_for_line("server: started");
        if (started) pulsar.send(SIGTERM);
        const auto ended = pulsar.wait();
        pulsar.err().wait_for_end();
        const auto complaint = pulsar.err().text();
        if (started) {
            ++served;
            EXPECT_EQ(ended, exited(0));
            EXPECT_EQ(complaint, "");
            continue;
        }
        if (ended == exited(127)) continue;  // not even its libraries could be loaded
        ++refused;
        EXPECT_EQ(ended, exited(1));
        expect_complaint("pulsar", complaint);
    }
    EXPECT_GT(served, 0);
    EXPECT_GT(refused, 0);
}

INSTANTIATE_TEST_SUITE_P(Threads, NoMemoryAtTheStart, testing::Values("1", "64"),
                         [](const auto& threads) { return std::string(threads.param); });

/// The allocations of a start fail: one of them, or one and all that follow. In each round it is
/// the next one.
class FailingStart : public no_memory {
  protected:
    launch how() const {
        return pulsar_with({"--threads", "2", "--listen", address_}, faults_.environment());
    }

    /// Exit 1 and a line that says why.
    static void expect_refusal(process& pulsar) {
        EXPECT_EQ(pulsar.wait(), exited(1));
        pulsar.err().wait_for_end();
        expect_complaint("pulsar", pulsar.err().text());
    }

    bool serves() const {
        try {
            client socket(address_);
            socket.send_all(frame("HELLO"));
            return socket.receive_exactly(9, 1s) == frame("HELLO");
        } catch (const std::exception&) {
            return false;
        }
    }

    static constexpr std::uint64_t more_than_a_start = 40;  // once it listens

    const temp_dir dir_;
    const std::string address_ = "unix:" + (dir_ / "socket");
    failing_malloc faults_;
};

TEST_F(FailingStart, IsOneLineAndExit1) {
    bool begun = false;
    for (std::uint64_t spared = 0; spared < 700; spared += effort(20U, 1U)) {
        SCOPED_TRACE("after " + std::to_string(spared) + " allocations");
        faults_.fail_all_after(spared);
        process pulsar(how());
        // Before main() it is for the C and C++ libraries to complain: Debian 13's dies of SIGSEGV.
        if (!begun && pulsar.wait().signal != 0) continue;
        begun = true;
        ASSERT_NO_FATAL_FAILURE(expect_refusal(pulsar));
    }
    EXPECT_TRUE(begun);
}

TEST_F(FailingStart, OfADaemonThatListensEndsOrServes) {
    int refused = 0;
    int served = 0;
    for (std::uint64_t spared = 0; spared < more_than_a_start; ++spared) {
        SCOPED_TRACE("after " + std::to_string(spared) + " allocations");
        faults_.wait_until_it_listens();
        faults_.fail_one_after(spared);
        process pulsar(how());
        bool serving = false;
        ASSERT_TRUE(eventually([&] {
            serving = serves();
            return serving || pulsar.out().wait_for_end(1ms);
        })) << "neither serves nor ends";
        if (serving) pulsar.send(SIGTERM);
        if (serving && pulsar.wait() == exited(0)) {
            ++served;
        } else {
            ++refused;
            expect_refusal(pulsar);
        }
    }
    EXPECT_GT(refused, 0);
    EXPECT_GT(served, 0);
}

TEST_F(FailingStart, DoesNotHoldUpTheExit) {
    for (std::uint64_t spared = 0; spared < more_than_a_start; spared += effort(3U, 1U)) {
        SCOPED_TRACE("after " + std::to_string(spared) + " allocations");
        const auto before = faults_.failed();
        faults_.wait_until_it_listens();
        faults_.fail_all_after(spared);
        process pulsar(how());
        ASSERT_TRUE(eventually([&] { return faults_.failed() > before || accepts(address_); }));
        pulsar.send(SIGTERM);
        if (pulsar.wait() != exited(0)) expect_refusal(pulsar);
    }
    EXPECT_GT(faults_.failed(), 0u);
}

}  // namespace
}  // namespace pulsar::test::failing_start_test
