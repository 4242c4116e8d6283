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
    room.on_more(at(10ms));
    room.on_sent(3);
    room.on_more(at(20ms));
    EXPECT_EQ(room.since(2), send_room::time_point::min());
    EXPECT_EQ(room.since(3), at(20ms));
}

TEST(BenchSendRoom, OfANewConnectionBeginsWithIt) {
    send_room room;
    room.on_more(at(10ms));
    EXPECT_EQ(room.since(0), at(10ms));
}

TEST(BenchSendRoom, OfASocketThatWasFullBeginsWhenItTakesMore) {
    send_room room;
    room.on_more(at(10ms));
    room.on_sent(8);  // the pipeline
    room.on_sent(5);  // the socket
    room.on_more(at(30ms));
    EXPECT_EQ(room.since(4), send_room::time_point::min());
    EXPECT_EQ(room.since(5), at(30ms));
}

}  // namespace
}  // namespace pulsar::bench::send_room_test
