#include "integration/running_server.hpp"
#include "support/client.hpp"
#include "support/frames.hpp"
#include "support/network_namespace.hpp"
#include "support/random_frames.hpp"

#include <gtest/gtest.h>

#include <future>
#include <random>
#include <string>
#include <system_error>
#include <vector>

namespace {

using namespace pulsar::test;
using namespace std::chrono_literals;

std::string echo_of(client& c, const std::string& stream) {
    auto sent = std::async(std::launch::async, [&] { c.send_all(stream); });
    auto got = c.receive_exactly(stream.size());
    sent.get();
    return got;
}

TEST(Echo, OneFrame) {
    running_server s;
    client c(s.address());
    EXPECT_EQ(echo_of(c, frame("HELLO")), frame("HELLO"));
}

TEST(Echo, AnEmptyFrameComesBackEmpty) {
    running_server s;
    client c(s.address());
    EXPECT_EQ(echo_of(c, frame("")), std::string(4, '\0'));
}

TEST(Echo, NothingOfAFrameComesBackBeforeItsLastByte) {
    running_server s;
    client c(s.address());
    const auto whole = frame("HELLO");
    for (const char byte : whole.substr(0, whole.size() - 1))
        c.send_all({&byte, 1});
    // The echo of another client proves that the loops have had the time to answer.
    for (int i = 0; i < 4; ++i) {
        client other(s.address());
        echo_of(other, frame("other"));
    }
    EXPECT_THROW(c.receive_some(1ms), std::system_error) << "something is here";
    c.send_all(whole.substr(whole.size() - 1));
    c.shutdown_send();
    EXPECT_EQ(c.receive_until_eof(), whole);
}

TEST(Echo, ManyFramesAtOnce) {
    running_server s;
    client c(s.address());
    std::string stream;
    for (int i = 0; i < 50'000; ++i)
        stream += frame(std::to_string(i));
    EXPECT_EQ(echo_of(c, stream), stream);
}

TEST(Echo, TheLargestFrame) {
    running_server s;
    client c(s.address());
    std::mt19937 random(1);
    const auto stream = frame("before") + frame(random_payload(random, 1 << 20)) + frame("after");
    EXPECT_EQ(echo_of(c, stream), stream);
}

TEST(Echo, HalfCloseGetsEveryEchoAndThenTheEnd) {
    running_server s;
    client c(s.address());
    std::mt19937 random(2);
    const auto stream = random_frames(random, 200, 20'000);
    auto sent = std::async(std::launch::async, [&] {
        c.send_all(stream);
        c.shutdown_send();
    });
    EXPECT_EQ(c.receive_until_eof(), stream);
    sent.get();
    s.finish();
    EXPECT_EQ(s.wait_for("connection", "closed").at("reason").as_string(), "peer_closed");
}

TEST(Echo, AFrameCutOffByTheEndIsDropped) {
    running_server s;
    client c(s.address());
    c.send_all(frame("whole") + frame("cut off").substr(0, 6));
    c.shutdown_send();
    EXPECT_EQ(c.receive_until_eof(), frame("whole"));
    const auto warned = s.wait_for("connection", "truncated frame");
    EXPECT_EQ(warned.at("received").as_int64(), 6);
    EXPECT_EQ(warned.at("announced").as_int64(), 7);
}

TEST(Echo, AnOversizeFrameEndsTheConnectionAfterTheEchoesBeforeIt) {
    pulsar::server::options options;
    options.connection.max_frame_size = 10;
    running_server s(options);
    client c(s.address());
    c.send_all(frame("0123456789") + frame("0123456789A") + frame("never"));
    EXPECT_EQ(c.receive_until_eof(), frame("0123456789"));
    c.close();
    const auto warned = s.wait_for("connection", "frame too large");
    EXPECT_EQ(warned.at("announced").as_int64(), 11);
    const auto closed = s.wait_for("connection", "closed");
    EXPECT_EQ(closed.at("reason").as_string(), "frame_too_large");
    EXPECT_EQ(closed.at("bytes_in").as_int64(), 14 + 4);
}

/// Received in one read with what is behind it, such a frame once took more memory than was there.
TEST(Echo, AnOversizeFrameMayBeHereWithMoreBehindIt) {
    pulsar::server::options options;
    options.connection.max_frame_size = 16 * 1024;
    running_server s(options);
    const auto good = frame("good");
    const auto stream = good + frame(std::string(16 * 1024 + 1, 'x')) + std::string(30'000, 'y');
    for (int i = 0; i < 20; ++i) {
        client c(s.address());
        c.send_all(stream);
        EXPECT_EQ(c.receive_until_eof(), good);
    }
    s.finish();
    const auto ends = s.events("connection", "closed");
    EXPECT_EQ(ends.size(), 20u);
    for (const auto& closed : ends) {
        EXPECT_EQ(closed.at("reason").as_string(), "frame_too_large");
        EXPECT_EQ(closed.at("bytes_in").as_int64(), 8 + 4);
    }
}

/// Seeded frames in seeded pieces, on several connections over several loops at a time.
TEST(Echo, AnyPiecesOnManyConnections) {
    pulsar::server::options options;
    options.threads = 3;
    options.listen = {*pulsar::net::parse_address("127.0.0.1:0"),
                      *pulsar::net::parse_address(has_ipv6() ? "[::1]:0" : "127.0.0.1:0")};
    running_server s(options);
    std::vector<std::future<void>> clients;
    for (std::uint32_t seed = 0; seed < 12; ++seed) {
        clients.push_back(std::async(std::launch::async, [&s, seed] {
            SCOPED_TRACE(seed);
            std::mt19937 random(seed);
            const auto stream = random_frames(random, 150, 30'000);
            client c(s.address(seed % 2));
            auto sent = std::async(std::launch::async, [&] {
                for (std::size_t at = 0; at < stream.size();) {
                    const auto piece = std::size_t{1} + random() % 9000;
                    c.send_all(std::string_view(stream).substr(at, piece));
                    at += piece;
                }
                c.shutdown_send();
            });
            EXPECT_EQ(c.receive_until_eof(), stream);
            sent.get();
        }));
    }
    for (auto& c : clients)
        c.get();
}

}  // namespace
