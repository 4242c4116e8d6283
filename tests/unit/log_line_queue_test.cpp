#include "log/line_queue.hpp"
#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <string>
#include <thread>
#include <unistd.h>

namespace pulsar::log::line_queue_test {
namespace {

using namespace std::chrono_literals;
using pulsar::test::unique_fd;

TEST(LogLineQueue, GivesAllLinesInOrderAtOnce) {
    line_queue queue(100);
    EXPECT_TRUE(queue.idle());
    queue.append("one\n");
    queue.append("two\n");
    EXPECT_FALSE(queue.idle());
    line_queue::batch batch;
    queue.take(batch);
    EXPECT_EQ(batch.text, "one\ntwo\n");
    EXPECT_EQ(batch.lost, 0u);
    EXPECT_EQ(batch.reopen_at, std::nullopt);
    EXPECT_TRUE(queue.idle());
}

TEST(LogLineQueue, WhatDoesNotFitIsCountedAndLeavesOneGap) {
    line_queue queue(10);
    queue.append("12345678\n");
    queue.append("too long\n");
    queue.append("\n");  // would fit, but would stand on the wrong side of the gap
    line_queue::batch batch;
    queue.take(batch);
    EXPECT_EQ(batch.text, "12345678\n");
    EXPECT_EQ(batch.lost, 2u);
    queue.append("fits\n");
    queue.take(batch);
    EXPECT_EQ(batch.text, "fits\n");
    EXPECT_EQ(batch.lost, 0u);
    EXPECT_EQ(queue.lost(), 2u) << "ever";
    queue.lose(3);
    EXPECT_EQ(queue.lost(), 5u);
}

TEST(LogLineQueue, IsFilledToTheLastByte) {
    line_queue queue(8);
    queue.append("one\n");
    queue.append("two\n");
    queue.append("\n");
    line_queue::batch batch;
    queue.take(batch);
    EXPECT_EQ(batch.text, "one\ntwo\n");
    EXPECT_EQ(batch.lost, 1u);
}

TEST(LogLineQueue, LinesLostElsewhereAreToldToo) {
    line_queue queue(100);
    queue.lose(3);
    EXPECT_FALSE(queue.idle());
    queue.append("one\n");
    line_queue::batch batch;
    queue.take(batch);
    EXPECT_EQ(batch.text, "one\n");
    EXPECT_EQ(batch.lost, 3u);
}

TEST(LogLineQueue, ReopenKnowsItsPlaceAmongTheLines) {
    line_queue queue(100);
    queue.append("old\n");
    queue.request_reopen();
    queue.append("new\n");
    queue.request_reopen();
    line_queue::batch batch;
    queue.take(batch);
    EXPECT_EQ(batch.text, "old\nnew\n");
    EXPECT_EQ(batch.reopen_at, 4u);
    queue.take(batch);
    EXPECT_EQ(batch.reopen_at, std::nullopt);
}

TEST(LogLineQueue, ReopenCanBeTakenAlone) {
    line_queue queue(100);
    EXPECT_FALSE(queue.take_reopen());
    queue.request_reopen();
    EXPECT_FALSE(queue.idle());
    EXPECT_TRUE(queue.take_reopen());
    EXPECT_TRUE(queue.idle());
}

TEST(LogLineQueue, TheFirstLineEndsTheWait) {
    line_queue queue(100);
    std::thread other([&] { queue.append("one\n"); });
    while (queue.idle())
        queue.wait(1h);
    other.join();
    line_queue::batch batch;
    queue.take(batch);
    EXPECT_EQ(batch.text, "one\n");
}

TEST(LogLineQueue, GatheringIsCutShortByCloseAndReopenOnly) {
    line_queue queue(100);
    queue.append("one\n");
    const auto start = std::chrono::steady_clock::now();
    queue.gather(20ms);
    EXPECT_GE(std::chrono::steady_clock::now() - start, 20ms);
    queue.request_reopen();
    queue.gather(1h);
    queue.take_reopen();
    queue.close();
    queue.gather(1h);
}

TEST(LogLineQueue, EndsWhenItIsClosedAndEmpty) {
    line_queue queue(100);
    queue.append("one\n");
    EXPECT_FALSE(queue.ended());
    queue.close();
    EXPECT_FALSE(queue.ended());
    line_queue::batch batch;
    queue.take(batch);
    EXPECT_TRUE(queue.ended());
}

TEST(LogLineQueue, WaitTellsWhetherTheDescriptorIsWritable) {
    line_queue queue(100);
    std::array<int, 2> fds;
    ASSERT_EQ(::pipe(fds.data()), 0);
    const unique_fd read_end(fds[0]);
    const unique_fd write_end(fds[1]);
    EXPECT_TRUE(queue.wait(1h, write_end.get()));
    queue.wake();
    EXPECT_FALSE(queue.wait(1h));
    EXPECT_FALSE(queue.wait(-1ns));
}

}  // namespace
}  // namespace pulsar::log::line_queue_test
