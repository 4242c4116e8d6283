#include "pulsar/net/buffer_cache.hpp"

#include "pulsar/net/event_loop.hpp"

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

namespace pulsar::test {
namespace {

using namespace std::chrono_literals;
using blocks = std::vector<std::span<std::byte>>;

constexpr std::size_t mebibyte = 1 << 20;

/// A deadline that says when it came up.
class alarm final : public net::deadline_queue::entry {
  public:
    explicit alarm(std::function<void()> call) : call_(std::move(call)) {}
    void on_deadline(net::time_point) override { call_(); }

  private:
    std::function<void()> call_;
};

blocks taken(net::buffer_cache& cache, std::size_t count) {
    blocks all;
    while (all.size() < count)
        all.push_back(cache.take(mebibyte));
    return all;
}

void give_back(net::buffer_cache& cache, const blocks& all) {
    for (const auto& block : all)
        cache.give_back(block);
}

/// A loop so busy that a second passes while it gives 60 blocks to the system, one each round.
class BusyLoop : public testing::Test {
  protected:
    /// Calls `each` in every round until the deadlines that were set before have come up, and those
    /// set then: false if these do not come.
    bool run(const std::function<void()>& each) {
        bool alive = false;
        const auto begin = net::clock::now();
        alarm last([&] { alive = true; });
        std::function<void()> round = [&] {
            each();
            std::this_thread::sleep_for(15ms);
            const auto now = net::clock::now();
            if (now > begin + 2500ms && !last.scheduled() && !alive) loop_.schedule(last, now);
            if (alive || now > begin + 4s) return loop_.request_end();
            boost::asio::post(loop_.executor(), [&] { round(); });
        };
        boost::asio::post(loop_.executor(), [&] { round(); });
        loop_.run();
        return alive;
    }

    net::event_loop loop_;
    net::buffer_cache& cache_ = loop_.buffers();
};

TEST_F(BusyLoop, KeepsItsDeadlinesWhenBlocksComeBackWhileOthersGo) {
    std::size_t blocks_at_once = 60;
    EXPECT_TRUE(run([&] {
        give_back(cache_, taken(cache_, blocks_at_once));
        blocks_at_once = 1;
    }));
}

TEST_F(BusyLoop, GivesTheSystemNoBlockThatIsTakenMeanwhile) {
    const auto begin = net::clock::now();
    bool given_back = false;
    blocks all;
    EXPECT_TRUE(run([&] {
        if (!std::exchange(given_back, true)) give_back(cache_, taken(cache_, 60));
        if (all.empty() && net::clock::now() > begin + 1300ms) all = taken(cache_, 60);
    }));
    ASSERT_EQ(all.size(), 60u);
    for (const auto& block : all)
        block[0] = block[mebibyte - 1] = std::byte{1};  // it is mapped
}

}  // namespace
}  // namespace pulsar::test
