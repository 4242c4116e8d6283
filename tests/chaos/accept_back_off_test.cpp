// How often a daemon that is out of descriptors tries, and how often it says so.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/deadline.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/process_usage.hpp"
#include "support/sanitizers.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <vector>

namespace pulsar::test::accept_back_off_test {
namespace {

using namespace std::chrono_literals;

class AcceptBackOff : public testing::Test {
  protected:
    void SetUp() override {
        // UBSan, built with ASan here, opens a pipe to check a vptr and takes EMFILE for a fault.
        if (address_sanitizer()) GTEST_SKIP() << "a sanitizer needs descriptors of its own";
    }
};

/// The pauses are 0.1, 0.2, 0.4, 0.8, and 1 s from then on: 12 tries within ten seconds of the
/// first. Pauses that began with 1 s would make it 10, and those of 0.1 s 100.
TEST_F(AcceptBackOff, GrowsToASecondAndIsToldOnceInTen) {
    daemon pulsar({"--report-interval", "0s"});
    leave_no_descriptor(pulsar.child().pid());
    client waiting(pulsar.address());
    const auto lines = pulsar.wait_for_count(2, "listener", "accept failed", 15s);
    EXPECT_EQ(number(lines[0], "count"), 1);
    EXPECT_GE(number(lines[1], "count"), 11);
    EXPECT_LE(number(lines[1], "count"), 12);
    EXPECT_GE(seconds_between(lines[0], lines[1]), 9.9);
    EXPECT_LT(seconds_between(lines[0], lines[1]), 10.0 + 0.5 * patience());
    pulsar.child().send(SIGTERM);
    waiting.receive_until_closed();
    waiting.close();
    pulsar.expect_orderly_end();
}

/// Each lets one in, right after a try that has failed: without its help that would wait for the
/// next one, for a second by then.
TEST_F(AcceptBackOff, EndsWheneverAClientLeaves) {
    constexpr int clients = 8;
    daemon pulsar({"--report-interval", "0s"});
    std::list<client> existing;
    for (int i = 0; i < clients; ++i)
        existing.push_back(served(pulsar.address()));
    leave_no_descriptor(pulsar.child().pid());
    std::list<client> waiting;
    for (int i = 0; i < clients; ++i) {
        waiting.emplace_back(pulsar.address());
        waiting.back().send_all(frame("HELLO"));
    }
    pulsar.wait_for("listener", "accept failed");
    const auto begin = std::chrono::steady_clock::now();
    for (auto& next : waiting) {
        existing.pop_front();
        EXPECT_EQ(next.receive_exactly(9), frame("HELLO"));
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s * patience());
    waiting.clear();
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::accept_back_off_test
