#include "pulsar/bench/send_room.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace pulsar::bench::send_room_test {
namespace {

using namespace std::chrono_literals;

constexpr send_room::time_point at(std::chrono::milliseconds time) {
    return send_room::time_point(time);
}

TEST(BenchSendRoom, ThatWasThereBeforeIsOlderThanAnyDueTime) {
    send_room room;
    room.begin(0, at(10ms));
    room.begin(3, at(20ms));
    EXPECT_EQ(room.since(2), send_room::time_point::min());
    EXPECT_EQ(room.since(3), at(20ms));
}

TEST(BenchSendRoom, OfANewConnectionBeginsWithIt) {
    send_room room;
    room.begin(0, at(10ms));
    EXPECT_EQ(room.since(0), at(10ms));
}

}  // namespace
}  // namespace pulsar::bench::send_room_test
