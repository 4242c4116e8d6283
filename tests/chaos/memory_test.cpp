// A daemon for which there is no memory: at its start, and for single allocations while it serves.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/effort.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/random_frames.hpp"
#include "support/sanitizers.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>
#include <sys/resource.h>
#include <vector>

namespace pulsar::test {
namespace {

using namespace std::chrono_literals;

/// Connects, sends, and returns what comes back. The daemon may reset it at any moment, also before
/// connect(2) has returned.
std::string try_to_converse(const std::string& address, const std::string& sent) {
    try {
        client fresh(address);
        try {
            fresh.send_all(sent);
            fresh.shutdown_send();
        } catch (const std::system_error& gone) {
            EXPECT_NE(gone.code(), std::errc::timed_out);
        }
        return fresh.receive_until_closed().bytes;
    } catch (const std::system_error& refused) {
        EXPECT_EQ(refused.code(), std::errc::connection_reset);
        return {};
    }
}

class NoMemory : public testing::Test {
  protected:
    void SetUp() override {
        if (address_sanitizer || thread_sanitizer) {
            GTEST_SKIP()
                << "a sanitizer brings an allocator of its own, and terabytes of addresses";
        }
    }
};

class NoMemoryAtTheStart : public NoMemory, public testing::WithParamInterface<const char*> {};

TEST_P(NoMemoryAtTheStart, IsOneLineAndExit1OrADaemonThatServes) {
    int served = 0;
    int refused = 0;
    for (rlim_t mebibytes = 8; mebibytes <= 640; mebibytes += mebibytes / 8) {
        SCOPED_TRACE(mebibytes);
        auto how = pulsar_with({"--listen", "127.0.0.1:0", "--threads", GetParam()});
        how.limits = {{RLIMIT_AS, mebibytes << 20}};
        process pulsar(how);
        const auto started = pulsar.out().wait_for_line(
            [](std::string_view line) { return line.find("server: started") != line.npos; });
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
        EXPECT_TRUE(complaint.starts_with("pulsar: ")) << complaint;
        EXPECT_EQ(complaint.find('\n'), complaint.size() - 1) << complaint;
    }
    EXPECT_GT(served, 0);
    EXPECT_GT(refused, 0);
}

INSTANTIATE_TEST_SUITE_P(Threads, NoMemoryAtTheStart, testing::Values("1", "64"));

/// One allocation in so many fails.
class FailingAllocations : public NoMemory, public testing::WithParamInterface<int> {
  protected:
    FailingAllocations() {
        how_.environment = {"LD_PRELOAD=" FAILING_MALLOC, "FAIL_MALLOC_WHILE=" + file_,
                            "FAIL_MALLOC_EVERY=" + std::to_string(GetParam()),
                            "FAIL_MALLOC_SEED=" + std::to_string(seed_)};
    }

    void begin() { write_file(file_, ""); }

    void end(const std::string& address) {
        std::filesystem::remove(file_);
        EXPECT_TRUE(accepts(address));  // at which the library looks for the file
    }

    const unsigned seed_ = std::random_device()();
    const temp_dir dir_;
    const std::string file_ = dir_ / "fail";
    launch how_;
};

TEST_P(FailingAllocations, CostConnectionsThatNeedThemAndNobodyElse) {
    SCOPED_TRACE("seed " + std::to_string(seed_));
    std::mt19937 random(seed_);
    daemon pulsar({"--threads", "2", "--report-interval", "20ms", "--heartbeat-interval", "0s"},
                  how_);
    const auto address = pulsar.address();
    std::vector<client> existing;
    for (int i = 0; i < 8; ++i) {
        existing.emplace_back(address);
        expect_echo(existing.back());
    }
    begin();
    int served = 0;
    const int clients = effort(400, 20'000);
    for (int i = 0; i < clients; ++i) {
        const auto sent = random_frames(random, 4, 100'000);
        const auto received = try_to_converse(address, sent);
        ASSERT_EQ(check_echo(sent, received).problem, "");
        if (received.size() == sent.size()) ++served;
        ASSERT_NO_FATAL_FAILURE(expect_echo(existing[random() % existing.size()]));
    }
    EXPECT_GT(served, 0);
    std::cout << served << " of " << clients << " clients were served, seed " << seed_ << '\n';
    end(address);
    client next(address);
    expect_echo(next, std::string(500'000, 'x'));
    next.close();
    existing.clear();
    pulsar.expect_orderly_exit();
}

TEST_P(FailingAllocations, DoNotHoldUpTheExit) {
    SCOPED_TRACE("seed " + std::to_string(seed_));
    for (int round = 0; round < effort(10, 200); ++round) {
        daemon pulsar({"--threads", "2", "--report-interval", "20ms"}, how_);
        const auto address = pulsar.address();
        std::vector<client> clients;
        for (int i = 0; i < 20; ++i) {
            if (i == 10) begin();
            try {
                clients.emplace_back(address);
                clients.back().send_all(frame("HELLO"));
            } catch (const std::system_error& gone) {
                ASSERT_NE(gone.code(), std::errc::timed_out);
            }
        }
        pulsar.child().send(SIGTERM);
        for (auto& one : clients) {
            EXPECT_EQ(check_echo(frame("HELLO"), one.receive_until_closed().bytes).problem, "");
            one.close();
        }
        EXPECT_EQ(pulsar.child().wait(), exited(0));
        pulsar.child().err().wait_for_end();
        EXPECT_EQ(pulsar.child().err().text(), "");
        std::filesystem::remove(file_);
    }
}

INSTANTIATE_TEST_SUITE_P(OneIn, FailingAllocations, testing::Values(3, 20, 100),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace pulsar::test
