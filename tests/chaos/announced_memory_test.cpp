// Clients that announce much, send little, or drip cost what they send.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/effort.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/process_usage.hpp"
#include "support/skip_without.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

namespace pulsar::test::announced_memory_test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t mebibyte = 1 << 20;

std::vector<client> connected(const std::string& address, std::size_t count) {
    std::vector<client> sockets;
    for (std::size_t i = 0; i < count; ++i)
        sockets.emplace_back(address);
    return sockets;
}

bool eventually_read(daemon& pulsar, std::size_t bytes) {
    return eventually(
        [&] { return number(pulsar.report(), "bytes_in") >= static_cast<std::int64_t>(bytes); });
}

TEST(AnnouncedMemory, IsNotTakenForAThousandClientsThatSendOneByte) {
    constexpr std::size_t count = 1000;
    if (!allow_open_files(count + 100)) return skip_without("a thousand open files");
    daemon pulsar({"--report-interval", "0s"});
    const auto before = anonymous_memory(pulsar.child().pid());
    auto hostile = connected(pulsar.address(), count);
    for (auto& socket : hostile)
        socket.send_all(header(mebibyte) + "x");
    ASSERT_TRUE(eventually_read(pulsar, count * 5));
    const auto during = anonymous_memory(pulsar.child().pid());
    std::cout << during - before << " bytes more for " << count << " clients\n";
    RecordProperty("bytes", std::to_string(during - before));
    if (effort_by_build(true, false)) {
        EXPECT_LT(during - before, 16 * mebibyte);
    }
    for (auto& socket : hostile)
        socket.reset();
    pulsar.expect_descriptors_at_baseline();
    const auto stopped = pulsar.expect_orderly_exit();
    EXPECT_EQ(number(stopped, "connections"), static_cast<std::int64_t>(count));
}

TEST(AnnouncedMemory, FollowsTheBytesThatHaveArrived) {
    constexpr std::size_t count = 100;
    constexpr std::size_t sent = 10'000;
    daemon pulsar({"--report-interval", "0s", "--max-frame-size", "1GiB"});
    const auto before = anonymous_memory(pulsar.child().pid());
    auto hostile = connected(pulsar.address(), count);
    for (auto& socket : hostile)
        socket.send_all(header(1U << 30) + std::string(sent, 'x'));
    ASSERT_TRUE(eventually_read(pulsar, count * (sent + 4)));
    const auto during = anonymous_memory(pulsar.child().pid());
    std::cout << during - before << " bytes more for " << count * sent << " bytes sent\n";
    if (effort_by_build(true, false)) {
        EXPECT_LT(during - before, 16 * mebibyte);
    }
    hostile.clear();
    pulsar.expect_orderly_exit();
}

TEST(SlowLoris, DripsUntilTheFrameTimeoutWhileOthersAreServed) {
    constexpr std::size_t count = 200;
    const auto timeout = 500ms * patience();
    daemon pulsar({"--frame-timeout", std::to_string(timeout / 1ms) + "ms"});
    auto hostile = connected(pulsar.address(), count);
    for (std::size_t i = 0; i < count; ++i)
        hostile[i].send_all(i % 2 ? header(1000) : header(1000).substr(0, 1));
    client honest(pulsar.address());
    const deadline limit;
    for (auto open = count; open > 0 && !limit.passed();) {
        expect_echo(honest);
        for (auto& socket : hostile) {
            if (socket.descriptor() < 0) continue;
            try {
                socket.send_all("\1");
                EXPECT_EQ(socket.receive_some(0ms), "") << "an echo of half a frame";
            } catch (const std::system_error& error) {
                if (error.code() == std::errc::timed_out) continue;
            }
            socket.close();
            --open;
        }
    }
    honest.close();
    std::size_t timed_out = 0;
    for (const auto& closed : pulsar.wait_for_count(count, "connection", "closed")) {
        if (text(closed, "reason") == "peer_closed") continue;  // of the honest one, perhaps
        ++timed_out;
        EXPECT_EQ(text(closed, "reason"), "frame_timeout");
        EXPECT_GE(closed.at("duration_s").to_number<double>(),
                  std::chrono::duration<double>(timeout).count());
    }
    EXPECT_GE(timed_out, count - 1);
    pulsar.expect_orderly_exit();
    const auto lines = pulsar.events("connection", "frame timeout").size();
    EXPECT_GE(lines, 1u);
    EXPECT_LE(lines, 5u) << "one a second";
}

}  // namespace
}  // namespace pulsar::test::announced_memory_test
