// A report of many connections is made in pieces: who sends meanwhile is served between its lines.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/process_usage.hpp"
#include "support/skip_without.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace pulsar::test::report_pieces_test {
namespace {

constexpr std::size_t idle_clients = 2000;

class ReportInPieces : public testing::Test {
  protected:
    void SetUp() override {
        if (!allow_open_files(idle_clients + 100)) return skip_without("thousands of open files");
    }

    void connect_idle_clients() {
        while (idle_.size() < idle_clients)
            idle_.emplace_back(pulsar_.address());
        idle_.push_back(served(pulsar_.address()));  // who waited in the queue before it is in, too
    }

    daemon pulsar_{{"--threads", "1", "--heartbeat-interval", "0s", "--report-interval", "0s",
                    "--log-level", "warn,registry=info,server=info"}};
    std::vector<client> idle_;
};

/// The only client that sends has the last line, which therefore holds more frames than the total
/// of the first line if an echo came between them. In one piece they are equal.
TEST_F(ReportInPieces, EchoesPassBetweenItsLines) {
    connect_idle_clients();
    auto busy = served(pulsar_.address());
    const auto peer = busy.local_address();
    std::atomic<bool> enough{false};
    std::thread sender([&] {
        while (!enough)
            expect_echo(busy);
    });
    const bool passed = eventually([&] {
        const auto before = pulsar_.events("registry", "active", peer).size();
        const auto total = number(pulsar_.report(), "frames");
        EXPECT_TRUE(
            eventually([&] { return pulsar_.events("registry", "active", peer).size() > before; }));
        const auto last = number(pulsar_.events("registry", "active", peer).back(), "frames");
        pulsar_.forget_events();
        return last > total;
    });
    enough = true;
    sender.join();
    EXPECT_TRUE(passed) << "no echo came between two lines of any report";
    idle_.clear();
    busy.close();
    pulsar_.expect_orderly_exit();
}

TEST_F(ReportInPieces, IsRightForThoseThatStayWhileOthersClose) {
    connect_idle_clients();
    std::set<std::string> staying;
    for (std::size_t i = 0; i < idle_.size(); i += 10)
        staying.insert(idle_[i].local_address());
    pulsar_.child().send(SIGUSR1);
    for (std::size_t i = 0; i < idle_.size(); ++i) {
        if (i % 10 != 0) idle_[i].close();
    }
    pulsar_.wait_for("registry", "report");
    ASSERT_TRUE(eventually([&] {  // so that the first report is over
        const auto open = number(pulsar_.report(), "connections");
        return open == static_cast<std::int64_t>(staying.size());
    }));
    std::multiset<std::string> reported;
    std::size_t reports = 0;
    for (const auto& logged : pulsar_.events()) {
        if (text(logged, "msg") == "report" && ++reports == 2) break;
        if (text(logged, "msg") == "active") reported.insert(text(logged, "peer"));
    }
    for (const auto& peer : staying)
        EXPECT_EQ(reported.count(peer), 1u) << peer;
    EXPECT_EQ(std::set<std::string>(reported.begin(), reported.end()).size(), reported.size());
    idle_.clear();
    pulsar_.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::report_pieces_test
