// A daemon for which some allocations fail.

#include "failing_malloc.hpp"
#include "no_memory.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/effort.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/http.hpp"
#include "support/proxy_headers.hpp"
#include "support/random_frames.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <random>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace pulsar::test::failing_allocations_test {
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

/// One allocation in so many fails.
class FailingAllocations : public no_memory, public testing::WithParamInterface<std::uint64_t> {
  protected:
    FailingAllocations() { how_.environment = faults_.environment(); }

    const unsigned seed_ = std::random_device()();
    failing_malloc faults_{seed_};
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
    faults_.fail_one_in(GetParam());
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
    EXPECT_GT(faults_.failed(), 0u);
    faults_.stop();
    client next(address);
    expect_echo(next, std::string(500'000, 'x'));
    next.close();
    existing.clear();
    pulsar.expect_orderly_exit();
}

/// A client's scrape: whole, or an end of its connection at any moment.
bool try_to_scrape(const std::string& address, const char* path) {
    try {
        return http_get(address, path).status == 200;
    } catch (const std::system_error& gone) {
        EXPECT_NE(gone.code(), std::errc::timed_out) << path;
    } catch (const std::runtime_error&) {
        // It ended in the middle.
    }
    return false;
}

TEST_P(FailingAllocations, CostScrapesThatNeedThemAndNobodyElse) {
    SCOPED_TRACE("seed " + std::to_string(seed_));
    daemon pulsar({"--threads", "1", "--admin", "127.0.0.1:0"}, how_);
    const auto address = pulsar.address();
    const auto admin = pulsar.admin_address();
    std::vector<client> existing;
    for (int i = 0; i < 50; ++i)
        existing.push_back(served(address));
    faults_.fail_one_in(GetParam());
    int scraped = 0;
    const int scrapes = effort(300, 10'000);
    for (int i = 0; i < scrapes; ++i) {
        for (const auto* path : {"/metrics", "/connections", "/readyz"})
            if (try_to_scrape(admin, path)) ++scraped;
        ASSERT_NO_FATAL_FAILURE(expect_echo(existing[static_cast<std::size_t>(i % 50)]));
    }
    EXPECT_GT(faults_.failed(), 0u);
    std::cout << scraped << " of " << 3 * scrapes << " scrapes were answered\n";
    faults_.stop();
    EXPECT_TRUE(try_to_scrape(admin, "/metrics"));
    EXPECT_TRUE(try_to_scrape(admin, "/connections"));
    existing.clear();
    pulsar.expect_orderly_exit();
}

/// The address of a client behind a proxy takes memory when its header is complete.
TEST_P(FailingAllocations, CostOnlyTheConnectionWhoseProxyNamesItsClient) {
    SCOPED_TRACE("seed " + std::to_string(seed_));
    daemon pulsar({"--threads", "2", "--report-interval", "20ms", "--heartbeat-interval", "0s",
                   "--proxy-from", "127.0.0.1"},
                  how_);
    const auto address = pulsar.address();
    const auto header = proxy_v2(0x21, 0x31, std::string(216, 'p'));
    client existing(address);
    existing.send_all(header);
    expect_echo(existing);
    faults_.fail_one_in(GetParam());
    int served = 0;
    const int clients = effort(300, 20'000);
    for (int i = 0; i < clients || faults_.failed() == 0; ++i) {
        const auto received = try_to_converse(address, header + frame("HELLO"));
        ASSERT_TRUE(received.empty() || received == frame("HELLO"));
        if (!received.empty()) ++served;
        ASSERT_NO_FATAL_FAILURE(expect_echo(existing));
    }
    EXPECT_GT(served, 0);
    faults_.stop();
    client next(address);
    next.send_all(header);
    expect_echo(next);
    next.close();
    existing.close();
    pulsar.expect_orderly_exit();
}

TEST_P(FailingAllocations, DoNotHoldUpTheExit) {
    SCOPED_TRACE("seed " + std::to_string(seed_));
    const int rounds = effort(10, 200);
    for (int round = 0; round < rounds || faults_.failed() == 0; ++round) {
        daemon pulsar({"--threads", "2", "--report-interval", "20ms"}, how_);
        const auto address = pulsar.address();
        std::vector<client> clients;
        for (int i = 0; i < 20; ++i) {
            if (i == 10) faults_.fail_one_in(GetParam());
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
        faults_.stop();
    }
}

/// One allocation fails, in each round the next one.
class FailingAllocation : public no_memory {
  protected:
    /// Clients that come at once, so that no memory is given back between them. Whether one of
    /// their allocations failed.
    bool fail_one_of(daemon& pulsar, std::uint64_t spared) {
        const auto address = pulsar.address();
        pulsar.child().send(SIGSTOP);
        std::vector<client> clients;
        for (int i = 0; i < 8; ++i)
            clients.emplace_back(address);
        const auto before = faults_.failed();
        faults_.fail_one_after(spared);
        pulsar.child().send(SIGCONT);
        for (auto& one : clients) {
            try {
                one.shutdown_send();
            } catch (const std::system_error&) {
                // It is reset.
            }
            one.receive_until_closed();
        }
        faults_.stop();
        return faults_.failed() > before;
    }

    failing_malloc faults_;
    launch how_{.environment = faults_.environment()};
};

TEST_F(FailingAllocation, LeavesNoConnectionWithoutItsEvents) {
    int without_memory = 0;
    bool failed = true;
    for (std::uint64_t spared = 0; failed; ++spared) {
        SCOPED_TRACE("after " + std::to_string(spared) + " allocations");
        ASSERT_LT(spared, 1000u);
        daemon pulsar({"--threads", "2", "--report-interval", "0s"}, how_);
        failed = fail_one_of(pulsar, spared);
        pulsar.child().send(SIGTERM);
        EXPECT_EQ(pulsar.child().wait(), exited(0));
        pulsar.child().out().wait_for_end();
        if (!pulsar.events("log", "dropped").empty()) continue;  // it was the log's
        const auto connections = number(pulsar.wait_for("server", "stopped"), "connections");
        const auto closed = pulsar.events("connection", "closed");
        EXPECT_EQ(pulsar.events("connection", "opened").size(), closed.size());
        ASSERT_EQ(static_cast<std::int64_t>(closed.size()), connections);
        for (const auto& end : closed)
            if (text(end, "reason") == "out_of_memory") ++without_memory;
    }
    EXPECT_GT(without_memory, 0);
}

INSTANTIATE_TEST_SUITE_P(OneIn, FailingAllocations, testing::Values(3, 20, 100),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace pulsar::test::failing_allocations_test
