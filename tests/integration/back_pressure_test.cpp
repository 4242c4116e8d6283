#include "integration/running_server.hpp"
#include "support/client.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <future>
#include <system_error>
#include <thread>

namespace {

using namespace pulsar::test;
using namespace std::chrono_literals;

constexpr int small_buffer = 4096;

/// More than all the buffers on the way hold together, so that the server is blocked until it is
/// read.
std::string long_stream() {
    std::string stream;
    const auto unit = frame(std::string(10'000, 'x'));
    for (int i = 0; i < 3'000; ++i)
        stream += unit;
    return stream;
}

TEST(BackPressure, AClientThatDoesNotReadIsNotReadFromAndLosesNothing) {
    running_server s;
    client c(s.address(), small_buffer);
    const auto unit = frame(std::string(10'000, 'x'));
    // Comes to an end only because the server stops reading.
    const auto sent = c.flood(unit);
    ASSERT_GT(sent.size(), unit.size());
    const auto owed = std::string(complete_frames(sent));
    EXPECT_EQ(c.receive_exactly(owed.size()), owed);
    c.send_all(unit.substr(sent.size() - owed.size()));
    c.shutdown_send();
    EXPECT_EQ(c.receive_until_eof(), unit);
}

TEST(BackPressure, OthersAreServedMeanwhile) {
    running_server s;
    client stalled(s.address(), small_buffer);
    stalled.flood(frame(std::string(10'000, 'x')));
    client other(s.address());
    other.send_all(frame("still here"));
    other.shutdown_send();
    EXPECT_EQ(other.receive_until_eof(), frame("still here"));
    stalled.reset();
}

TEST(BackPressure, NoProgressForTheWriteTimeoutEndsInAReset) {
    pulsar::server::options options;
    options.connection.write_timeout = 200ms;
    running_server s(options);
    client c(s.address(), small_buffer);
    EXPECT_THROW(c.send_all(long_stream()), std::system_error);
    const auto warned = s.wait_for("connection", "write timeout");
    EXPECT_GT(number(warned, "pending_out"), 0);
    const auto closed = s.wait_for("connection", "closed");
    EXPECT_EQ(text(closed, "reason"), "write_timeout");
    EXPECT_GE(seconds(closed, "duration_s"), 200ms);
}

/// A socket turns writable only when a third of its buffer is free, which a slow reader may not
/// reach within the timeout. What its kernel acknowledges counts all the same.
TEST(BackPressure, AClientThatReadsSlowlyButSteadilyIsNotCutOff) {
    const auto write_timeout = 500ms * patience();
    pulsar::server::options options;
    options.connection.write_timeout = write_timeout;
    running_server s(options);
    client c(s.address(), small_buffer);
    const auto stream = long_stream();
    auto sent = std::async(std::launch::async, [&] {
        c.send_all(stream, 60s);
        c.shutdown_send();
    });
    std::string received;
    const auto started_at = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - started_at < 5 * write_timeout) {
        received += c.receive_exactly(4096);
        std::this_thread::sleep_for(write_timeout / 10);  // the pace of the reader, not a wait
    }
    received += c.receive_until_eof(60s);
    sent.get();
    EXPECT_TRUE(received == stream);
    s.finish();
    EXPECT_TRUE(s.events("connection", "write timeout").empty());
}

TEST(BackPressure, AnOversizeFrameBehindWhatIsBlockedEndsInOrder) {
    running_server s;
    client c(s.address(), small_buffer);
    const auto unit = frame(std::string(10'000, 'x'));
    const auto sent = c.flood(unit);
    const auto owed = std::string(complete_frames(sent));
    std::string received = c.receive_exactly(owed.size() / 2);
    // Now there is room again for the rest of the frame that the flood cut, and for the bad one.
    const auto missing = unit.substr(sent.size() - owed.size());
    std::thread sender([&] { c.send_all(missing + "\xff\xff\xff\xff"); });
    received += c.receive_until_eof();
    sender.join();
    EXPECT_EQ(received, owed + unit);
}

std::chrono::nanoseconds cpu_time() {
    timespec used{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

/// Neither the end of a client that still has echoes to read, nor its reset, is news that a
/// connection which only waits for them to be taken would have to look at again and again.
TEST(BackPressure, AClientThatEndsAndDoesNotReadKeepsNoLoopBusy) {
    for (const bool resets : {false, true}) {
        running_server s;
        client c(s.address(), small_buffer);
        for (int i = 0; i < 30; ++i)
            c.send_all(frame(std::string(10'000, 'x')));
        c.send_all("\xff\xff\xff\xff");
        s.wait_for("connection", "frame too large");
        c.send_all(std::string(200'000, 'y'));  // more than is discarded
        if (resets) {
            c.reset();
        } else {
            c.shutdown_send();
        }
        const auto before = cpu_time();
        std::this_thread::sleep_for(400ms);  // the time in which a busy loop would be seen
        EXPECT_LT(cpu_time() - before, 200ms);
    }
}

}  // namespace
