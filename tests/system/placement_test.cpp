// Which loop serves a connection, told by the thread that its echoes keep busy.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/process_usage.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <sys/types.h>
#include <vector>

namespace pulsar::test::placement_test {
namespace {

class Placement : public testing::Test {
  protected:
    /// The thread that has worked most while this client had its echoes.
    pid_t thread_of(client& socket) {
        constexpr int echoes = 100;
        const auto pid = pulsar_.child().pid();
        const auto before = cpu_time_by_thread(pid);
        for (int i = 0; i < echoes; ++i)
            expect_echo(socket);
        pid_t busiest = 0;
        std::chrono::nanoseconds most{};
        for (const auto& [thread, time] : cpu_time_by_thread(pid)) {
            const auto more = time - before.at(thread);
            if (more > most) busiest = thread;
            most = std::max(most, more);
        }
        return busiest;
    }

    daemon pulsar_{{"--threads", "4", "--heartbeat-interval", "0s", "--report-interval", "0s"}};
};

TEST_F(Placement, EachLoopGetsOneOfAsManyConnections) {
    std::vector<client> sockets;
    std::set<pid_t> threads;
    for (int i = 0; i < 4; ++i) {
        sockets.push_back(served(pulsar_.address()));
        threads.insert(thread_of(sockets.back()));
    }
    EXPECT_EQ(threads.size(), 4u);
    sockets.clear();
    pulsar_.expect_orderly_exit();
}

/// From the last to the first, which is not the order in which they would take turns.
TEST_F(Placement, TheLoopThatHasLostItsConnectionGetsTheNext) {
    std::vector<client> sockets;
    for (int i = 0; i < 4; ++i)
        sockets.push_back(served(pulsar_.address()));
    for (auto socket = sockets.rbegin(); socket != sockets.rend(); ++socket) {
        const auto loop = thread_of(*socket);
        const auto peer = socket->local_address();
        socket->close();
        pulsar_.wait_for("connection", "closed", peer);
        ASSERT_TRUE(eventually([&] { return number(pulsar_.report(), "connections") == 3; }));
        *socket = served(pulsar_.address());
        EXPECT_EQ(thread_of(*socket), loop);
    }
    sockets.clear();
    pulsar_.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::placement_test
