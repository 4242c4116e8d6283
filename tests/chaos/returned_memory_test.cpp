// Memory that connections have held goes back to the system.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/effort.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/process_usage.hpp"
#include "support/sanitizers.hpp"
#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <iostream>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace pulsar::test::returned_memory_test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t mebibyte = 1 << 20;

struct held_frames {
    std::size_t clients;
    std::size_t announced;
    std::size_t sent;

    friend std::ostream& operator<<(std::ostream& out, const held_frames& held) {
        return out << held.clients << " clients";
    }
};

class ReturnedMemory : public testing::TestWithParam<held_frames> {
  protected:
    void SetUp() override {
        if (sanitized()) {
            GTEST_SKIP() << "a sanitizer keeps memory of its own for what was freed";
        }
    }
};

/// An idle client that connects amid them has its memory amid theirs.
TEST_P(ReturnedMemory, IsAllThatClientsHeldWhoAreGone) {
    const auto [count, announced, sent] = GetParam();
    if (!allow_open_files(count + 100)) return skip_without("thousands of open files");
    daemon pulsar({"--threads", "2", "--report-interval", "0s", "--log-level",
                   "warn,registry=info,server=info", "--max-frame-size", "1GiB"});
    const auto pid = pulsar.child().pid();
    auto busy = served(pulsar.address());
    const auto before = anonymous_memory(pid);
    std::vector<client> idle;
    std::vector<client> gone;
    const auto part = header(static_cast<std::uint32_t>(announced)) + std::string(sent, 'x');
    for (std::size_t i = 0; i < count; ++i) {
        gone.emplace_back(pulsar.address());
        gone.back().send_all(part);
        if (i == count / 2) idle.emplace_back(pulsar.address());
    }
    ASSERT_TRUE(eventually([&] {
        return number(pulsar.report(), "bytes_in") >=
               static_cast<std::int64_t>(count * part.size());
    }));
    const auto during = anonymous_memory(pid);
    EXPECT_GT(during, before + count * sent);  // or there is nothing to give back
    gone.clear();
    ASSERT_TRUE(eventually([&] { return number(pulsar.report(), "connections") <= 2; }));
    const bool returned =
        eventually([&] { return anonymous_memory(pid) <= before + 8 * mebibyte; }, 2s);
    std::cout << before << " bytes before, " << during << " with them, " << anonymous_memory(pid)
              << " without\n";
    EXPECT_TRUE(returned);
    expect_echo(busy);
    expect_echo(idle.front());
    idle.clear();
    busy.close();
    pulsar.expect_orderly_exit();
}

INSTANTIATE_TEST_SUITE_P(Halves, ReturnedMemory,
                         testing::Values(held_frames{400, mebibyte, mebibyte / 2},
                                         held_frames{1000, 60'000, 30'000},
                                         held_frames{2000, 20'000, 10'000},
                                         held_frames{1, 200 * mebibyte, 100 * mebibyte}),
                         [](const auto& held) { return std::to_string(held.param.announced); });

/// Takes what comes meanwhile: the daemon receives from nobody who does not take its heartbeats.
std::string send_and_receive(client& socket, std::string_view bytes) {
    const deadline limit;
    std::string received;
    while (!bytes.empty()) {
        pollfd ready{socket.descriptor(), POLLIN | POLLOUT, 0};
        if (::poll(&ready, 1, limit.poll_timeout()) != 1) throw std::runtime_error("nothing goes");
        if (ready.revents & POLLIN) received += socket.receive_some();
        if (ready.revents & POLLOUT) bytes.remove_prefix(socket.send_some(bytes));
    }
    return received;
}

/// A Unix socket takes all of a heartbeat or nothing, and soon nothing where nobody reads.
TEST(HeartbeatMemory, IsNotACopyOfTheFrameBehindIt) {
    constexpr std::size_t held = 64 * mebibyte;
    const temp_dir dir;
    daemon pulsar({"--listen", "unix:" + (dir / "socket"), "--heartbeat-interval", "1ms",
                   "--report-interval", "0s", "--max-frame-size", "1GiB"});
    const auto pid = pulsar.child().pid();
    client socket(pulsar.address());
    const std::string payload(held, 'x');
    socket.send_all(header(static_cast<std::uint32_t>(payload.size())));
    auto received = send_and_receive(socket, std::string_view(payload).substr(1));
    std::int64_t heartbeats = -1;
    ASSERT_TRUE(eventually([&] {
        const auto sent = number(pulsar.report(), "heartbeats");
        std::this_thread::sleep_for(100ms);  // in which many more would be sent
        return sent > 0 && sent == std::exchange(heartbeats, sent);
    }));
    if (effort_by_build(true, false)) {
        EXPECT_LT(peak_memory(pid), held * 3 / 2);
    }
    socket.send_all("x");
    const auto owed = frame(payload);
    while (received.size() < owed.size() || check_echo(owed, received).frames == 0) {
        received += socket.receive_some();
    }
    EXPECT_EQ(check_echo(owed, received).problem, "");
    socket.close();
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::returned_memory_test
