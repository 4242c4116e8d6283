// Clients that flood and never read cost a bounded amount of memory, and only until the write
// timeout.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/effort.hpp"
#include "support/frames.hpp"
#include "support/pings.hpp"
#include "support/process_usage.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <optional>
#include <poll.h>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace pulsar::test::never_reader_test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t mebibyte = 1 << 20;
constexpr std::size_t count = 20;
// A frame and a read for each, and as much again out of use where buffers have grown.
constexpr std::size_t memory_for_all = 2 * count * (mebibyte + 256 * 1024);

/// Clients that send all that their sockets take, on one thread, until the daemon ends them.
class never_readers {
  public:
    never_readers(const std::string& address, std::string unit) : unit_(std::move(unit)) {
        for (std::size_t i = 0; i < count; ++i) {
            sockets_.emplace_back(address, 4096);
            names_.push_back(sockets_.back().local_address());
        }
        rest_.assign(count, unit_);
        thread_ = std::thread([this] { run(); });
    }
    ~never_readers() {
        enough_ = true;
        thread_.join();
    }
    never_readers(const never_readers&) = delete;
    never_readers& operator=(const never_readers&) = delete;

    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
    [[nodiscard]] std::size_t resets() const { return resets_; }

  private:
    void run() {
        std::vector<pollfd> sockets;
        for (const auto& one : sockets_)
            sockets.push_back({one.descriptor(), POLLOUT, 0});
        while (!enough_) {
            // The time-out is for enough_, which no socket tells.
            ::poll(sockets.data(), sockets.size(), 50);
            for (std::size_t i = 0; i < count; ++i) {
                if (sockets[i].revents != 0 && !send_some(i)) sockets[i].fd = -1;
            }
        }
    }

    bool send_some(std::size_t i) {
        try {
            rest_[i].remove_prefix(sockets_[i].send_some(rest_[i]));
            if (rest_[i].empty()) rest_[i] = unit_;
            return true;
        } catch (const std::system_error& ended) {
            if (ended.code() == std::errc::connection_reset) ++resets_;
            return false;
        }
    }

    const std::string unit_;
    std::vector<client> sockets_;
    std::vector<std::string> names_;
    std::vector<std::string_view> rest_;  // of the unit under way
    std::atomic<std::size_t> resets_{0};
    std::atomic<bool> enough_{false};
    std::thread thread_;
};

/// The parameter: bytes in a frame.
class NeverReaders : public testing::TestWithParam<std::size_t> {};

TEST_P(NeverReaders, AreBoundedAndResetWhileOthersAreServed) {
    const auto rounds = effort_by_build<std::size_t>(50, 5);
    const auto timeout = 1s * patience();
    daemon pulsar({"--threads", "1", "--heartbeat-interval", "0s", "--write-timeout",
                   std::to_string(timeout / 1ms) + "ms"});
    std::optional<pings> others(std::in_place, pulsar.address(), 20);
    const auto alone = others->rounds(rounds);
    const auto before = anonymous_memory(pulsar.child().pid());
    auto most = before;
    std::string unit;
    while (unit.size() < 64 << 10)
        unit += frame(std::string(GetParam(), 'x'));
    latencies beside;
    latencies of_rounds;  // the 99th percentile of each
    {
        const never_readers hostile(pulsar.address(), unit);
        const deadline limit;
        while (hostile.resets() < count && !limit.passed()) {
            const auto some = others->rounds(rounds);
            of_rounds.push_back(percentile(some, 0.99));
            beside.insert(beside.end(), some.begin(), some.end());
            most = std::max(most, anonymous_memory(pulsar.child().pid()));
        }
        EXPECT_EQ(hostile.resets(), count);
        for (const auto& name : hostile.names()) {
            const auto closed = pulsar.wait_for("connection", "closed", name);
            EXPECT_EQ(text(closed, "reason"), "write_timeout");
        }
    }
    const auto more = most - before;
    const auto median = percentile(of_rounds, 0.5);
    std::cout << "alone:  " << summary(alone) << "\nbeside: " << summary(beside) << '\n'
              << "median p99 of its rounds " << median.count() << " us, " << more / 1024
              << " KiB more for " << count << " that never read\n";
    RecordProperty("p99_us", std::to_string(median.count()));
    RecordProperty("kib", std::to_string(more / 1024));
    if (effort_by_build(true, false)) {
        // Unless the machine is too busy even without them.
        EXPECT_TRUE(median < 20ms || percentile(alone, 0.99) > 5ms) << median.count() << " us";
        EXPECT_LT(more, memory_for_all);
    }
    others.reset();
    pulsar.expect_orderly_exit();
}

INSTANTIATE_TEST_SUITE_P(WithFramesOf, NeverReaders, testing::Values(100, 64 << 10, 1 << 20),
                         [](const auto& size) { return std::to_string(size.param) + "Bytes"; });

}  // namespace
}  // namespace pulsar::test::never_reader_test
