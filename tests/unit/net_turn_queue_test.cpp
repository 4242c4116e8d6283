#include "pulsar/net/task.hpp"
#include "pulsar/net/turn_queue.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <cstddef>
#include <deque>
#include <vector>

namespace pulsar::net::turn_queue_test {
namespace {

using pulsar::net::task;
using pulsar::net::turn_queue;

class TurnQueue : public testing::Test {
  protected:
    struct turn {
        turn_queue& queue;
        turn_queue::entry& place;

        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> waiting) {
            place.coroutine = waiting;
            queue.enter(place);
        }
        void await_resume() const noexcept {}
    };

    task take(int turns, int name) {
        auto& place = places_.emplace_back();
        for (int i = 0; i < turns; ++i) {
            co_await turn{queue_, place};
            taken_.push_back(name);
        }
    }

    boost::asio::io_context loop_{1};
    turn_queue queue_{loop_.get_executor()};
    std::deque<turn_queue::entry> places_;
    std::vector<int> taken_;
};

TEST_F(TurnQueue, ServesFirstWhoCameFirst) {
    for (int name : {1, 2, 3})
        take(2, name);
    loop_.run();
    EXPECT_EQ(taken_, (std::vector<int>{1, 2, 3, 1, 2, 3}));
}

TEST_F(TurnQueue, LetsTheLoopGoOnBetweenTwoTurnsOfOne) {
    take(2, 1);
    std::size_t before_the_second = 0;
    boost::asio::post(loop_, [&] { before_the_second = taken_.size(); });
    loop_.run();
    EXPECT_EQ(before_the_second, 1u);
    EXPECT_EQ(taken_, (std::vector<int>{1, 1}));
}

TEST_F(TurnQueue, ServesSoManyAtATime) {
    const auto many = static_cast<int>(turn_queue::turns_between_polls) * 2 + 1;
    for (int name = 0; name < many; ++name)
        take(1, name);
    std::vector<std::size_t> served;
    while (loop_.run_one() > 0)
        served.push_back(taken_.size());
    EXPECT_EQ(served, (std::vector<std::size_t>{turn_queue::turns_between_polls,
                                                turn_queue::turns_between_polls * 2,
                                                turn_queue::turns_between_polls * 2 + 1}));
}

TEST_F(TurnQueue, IsThereForTheNextWhenItHasRunDry) {
    take(1, 1);
    loop_.run();
    loop_.restart();
    take(1, 2);
    loop_.run();
    EXPECT_EQ(taken_, (std::vector<int>{1, 2}));
}

}  // namespace
}  // namespace pulsar::net::turn_queue_test
