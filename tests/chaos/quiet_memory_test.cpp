// Memory that a connection has held goes back when it is quiet again, although it stays.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/process_usage.hpp"
#include "support/sanitizers.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <future>
#include <iostream>
#include <string>
#include <vector>

namespace pulsar::test::quiet_memory_test {
namespace {

constexpr std::size_t mebibyte = 1 << 20;
constexpr std::size_t kept_by_each_loop = 2 * mebibyte;
constexpr std::size_t tolerance = 2 * mebibyte;

class QuietMemory : public testing::Test {
  protected:
    void SetUp() override {
        if (sanitized()) {
            GTEST_SKIP() << "a sanitizer keeps memory of its own for what was freed";
        }
        for (std::size_t i = 0; i < clients; ++i)
            sockets_.push_back(served(pulsar_.address(), 4096));
        before_ = anonymous_memory(pulsar_.child().pid());
    }

    void expect_it_held(std::size_t bytes) {
        during_ = anonymous_memory(pulsar_.child().pid());
        EXPECT_GT(during_, before_ + bytes);  // or there is nothing to give back
    }

    void expect_it_back() {
        const auto now = [&] { return anonymous_memory(pulsar_.child().pid()); };
        EXPECT_TRUE(eventually([&] { return now() <= before_ + kept_by_each_loop + tolerance; }));
        std::cout << before_ << " bytes before, " << during_ << " while busy, " << now()
                  << " when quiet\n";
        for (auto& socket : sockets_)
            expect_echo(socket);
        sockets_.clear();
        pulsar_.expect_orderly_exit();
    }

    static constexpr std::size_t clients = 30;
    daemon pulsar_{{"--threads", "1", "--heartbeat-interval", "0s", "--report-interval", "0s"}};
    std::vector<client> sockets_;
    std::size_t before_ = 0;
    std::size_t during_ = 0;
};

TEST_F(QuietMemory, OfFramesThatWereIncomplete) {
    const auto whole = frame(std::string(mebibyte, 'x'));
    const auto half = whole.size() / 2;
    const auto in = number(pulsar_.report(), "bytes_in");
    for (auto& socket : sockets_)
        socket.send_all(whole.substr(0, half));
    ASSERT_TRUE(eventually([&] {
        return number(pulsar_.report(), "bytes_in") - in ==
               static_cast<std::int64_t>(clients * half);
    }));
    expect_it_held(clients * half);
    for (auto& socket : sockets_) {
        socket.send_all(whole.substr(half));
        EXPECT_TRUE(socket.receive_exactly(whole.size()) == whole);
    }
    expect_it_back();
}

/// Blocked with a frame of which the socket took a part: the rest is the daemon's to hold.
TEST_F(QuietMemory, OfEchoesThatWereNotRead) {
    const auto unit = frame(std::string(mebibyte, 'x'));
    std::vector<std::future<std::string>> floods;
    for (auto& socket : sockets_) {
        floods.push_back(std::async(std::launch::async, [&] { return socket.flood(unit); }));
    }
    std::vector<std::string> sent;
    for (auto& flood : floods)
        sent.push_back(flood.get());
    expect_it_held(clients * mebibyte / 3);
    for (std::size_t i = 0; i < clients; ++i) {
        const auto owed = std::string(complete_frames(sent[i]));
        EXPECT_TRUE(sockets_[i].receive_exactly(owed.size()) == owed);
        if (owed.size() == sent[i].size()) continue;
        sockets_[i].send_all(unit.substr(sent[i].size() - owed.size()));
        EXPECT_TRUE(sockets_[i].receive_exactly(unit.size()) == unit);
    }
    expect_it_back();
}

}  // namespace
}  // namespace pulsar::test::quiet_memory_test
