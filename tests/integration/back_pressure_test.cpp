#include "integration/running_server.hpp"
#include "support/client.hpp"
#include "support/frames.hpp"
#include "support/random_frames.hpp"

#include <gtest/gtest.h>

#include <random>
#include <thread>

namespace {

using namespace pulsar::test;
using namespace std::chrono_literals;

constexpr int small_buffer = 4096;

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
    options.connection.write_timeout = 1s;
    running_server s(options);
    client c(s.address(), small_buffer);
    c.flood(frame(std::string(10'000, 'x')));
    const auto warned = s.wait_for("connection", "write timeout");
    EXPECT_GT(warned.at("pending_out").as_int64(), 0);
    EXPECT_EQ(s.wait_for("connection", "closed").at("reason").as_string(), "write_timeout");
    EXPECT_EQ(c.receive_until_closed().error, std::errc::connection_reset);
}

/// A socket turns writable only when a third of its buffer is free, which a slow reader may not
/// reach within the timeout. What its kernel acknowledges counts all the same.
TEST(BackPressure, AClientThatReadsSlowlyButSteadilyIsNotCutOff) {
    pulsar::server::options options;
    options.connection.write_timeout = 1s;
    running_server s(options);
    client c(s.address(), small_buffer);
    const auto sent = c.flood(frame(std::string(10'000, 'x')));
    const auto owed = complete_frames(sent);
    std::string received;
    const auto started_at = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - started_at < 3s) {
        received += c.receive_exactly(4096);
        std::this_thread::sleep_for(50ms);  // the pace of the reader, not a wait
    }
    ASSERT_LT(received.size(), owed.size()) << "the reader was to be slower than that";
    received += c.receive_exactly(owed.size() - received.size());
    EXPECT_EQ(received, owed);
    c.reset();
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

}  // namespace
