#include "pulsar/net/deadline_queue.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <vector>

namespace pulsar::net::deadline_queue_test {
namespace {

using namespace std::chrono_literals;
using pulsar::net::deadline_queue;
using pulsar::net::time_point;

// A fake clock: the queue knows only the times that it is given.
constexpr time_point start{1000s};

struct entry final : deadline_queue::entry {
    void on_deadline(time_point) override {}
};

std::vector<entry*> pop_all(deadline_queue& queue, time_point now) {
    std::vector<entry*> due;
    while (auto* e = queue.pop_due(now))
        due.push_back(static_cast<entry*>(e));
    return due;
}

TEST(DeadlineQueue, IsEmptyAtFirst) {
    deadline_queue queue;
    EXPECT_FALSE(queue.next());
    EXPECT_EQ(queue.pop_due(time_point::max()), nullptr);
}

TEST(DeadlineQueue, GivesOutWhatIsDueEarliestFirst) {
    deadline_queue queue;
    std::array<entry, 4> e;
    queue.schedule(e[0], start + 30ms);
    queue.schedule(e[1], start + 10ms);
    queue.schedule(e[2], start + 20ms);
    queue.schedule(e[3], start + 40ms);
    EXPECT_EQ(queue.next(), start + 10ms);
    EXPECT_EQ(queue.pop_due(start + 9ms), nullptr);
    EXPECT_EQ(pop_all(queue, start + 30ms), (std::vector{&e[1], &e[2], &e[0]}));
    EXPECT_FALSE(e[1].scheduled());
    EXPECT_TRUE(e[3].scheduled());
    EXPECT_EQ(queue.next(), start + 40ms);
}

TEST(DeadlineQueue, KeepsEqualDeadlinesInTheOrderTheyCame) {
    deadline_queue queue;
    std::array<entry, 3> e;
    for (auto& each : e)
        queue.schedule(each, start);
    EXPECT_EQ(pop_all(queue, start), (std::vector{&e[0], &e[1], &e[2]}));
}

TEST(DeadlineQueue, SchedulingAgainMovesEitherWay) {
    deadline_queue queue;
    std::array<entry, 2> e;
    queue.schedule(e[0], start + 10ms);
    queue.schedule(e[1], start + 20ms);
    queue.schedule(e[0], start + 30ms);
    EXPECT_EQ(queue.next(), start + 20ms);
    queue.schedule(e[0], start + 5ms);
    EXPECT_EQ(e[0].at(), start + 5ms);
    EXPECT_EQ(pop_all(queue, start + 1h), (std::vector{&e[0], &e[1]}));
}

TEST(DeadlineQueue, AnEntryThatIsDestroyedIsGone) {
    deadline_queue queue;
    entry stays;
    auto goes = std::make_unique<entry>();
    queue.schedule(*goes, start);
    queue.schedule(stays, start + 1s);
    goes.reset();
    EXPECT_EQ(queue.next(), start + 1s);
}

TEST(DeadlineQueue, IntervalsKeepTheirPaceWhenRescheduledFromWhatWasDue) {
    deadline_queue queue;
    entry heartbeat;
    queue.schedule(heartbeat, start + 10ms);
    int beats = 0;
    for (auto now = start; now <= start + 1s; now += 1ms) {
        if (auto* due = queue.pop_due(now)) {
            ++beats;
            queue.schedule(*due, due->at() + 10ms);
        }
    }
    EXPECT_EQ(beats, 100);
}

}  // namespace
}  // namespace pulsar::net::deadline_queue_test
