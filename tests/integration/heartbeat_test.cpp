#include "integration/running_server.hpp"
#include "support/client.hpp"
#include "support/frames.hpp"
#include "support/random_frames.hpp"

#include <gtest/gtest.h>

#include <future>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace pulsar::test;
using namespace std::chrono_literals;

pulsar::server::options with_heartbeat(std::chrono::milliseconds interval) {
    pulsar::server::options options;
    options.threads = 2;
    options.connection.heartbeat_interval = interval;
    return options;
}

TEST(Heartbeat, ASilentClientGetsOneAfterEveryInterval) {
    running_server s(with_heartbeat(20ms));
    const auto connected_at = std::chrono::steady_clock::now();
    client c(s.address());
    EXPECT_EQ(c.receive_exactly(3 * heartbeat.size()), heartbeat + heartbeat + heartbeat);
    EXPECT_GE(std::chrono::steady_clock::now() - connected_at, 60ms);
}

TEST(Heartbeat, NoneWhenSwitchedOff) {
    running_server s(with_heartbeat(0ms));
    client c(s.address());
    c.send_all(frame("x").substr(0, 2));
    c.send_all(frame("x").substr(2));
    c.shutdown_send();
    EXPECT_EQ(c.receive_until_eof(), frame("x"));
    s.finish();
    EXPECT_EQ(number(s.wait_for("connection", "closed"), "heartbeats"), 0);
}

TEST(Heartbeat, OneComesInTheMiddleOfAFrameThatTheClientIsSending) {
    running_server s(with_heartbeat(10ms));
    client c(s.address());
    const auto whole = frame("split by a heartbeat");
    c.send_all(whole.substr(0, 9));
    EXPECT_EQ(c.receive_exactly(heartbeat.size()), heartbeat);
    c.send_all(whole.substr(9));
    c.shutdown_send();
    const auto rest = check_echo(whole, c.receive_until_eof());
    EXPECT_EQ(rest.problem, "");
    EXPECT_EQ(rest.frames, 1u);
}

TEST(Heartbeat, NoneWhileInputWaitsNorAfterTheClientsEnd) {
    running_server s(with_heartbeat(200ms));
    client c(s.address(), 4096);
    const auto unit = frame(std::string(10'000, 'x'));
    // It does not read, so that the server has echoes to send, and does not read either.
    const auto sent = c.flood(unit);
    c.shutdown_send();
    std::this_thread::sleep_for(500ms);  // two intervals, in which frames and the end wait
    const auto check = check_echo(sent, c.receive_until_eof());
    EXPECT_EQ(check.problem, "");
    EXPECT_EQ(check.frames, complete_frames(sent).size() / unit.size());
    EXPECT_EQ(check.heartbeats, 0u);
}

/// Heartbeats every few milliseconds, and clients that pause between any two bytes until they have
/// had one: none may ever land inside an echo.
TEST(Heartbeat, NeverInsideAnEcho) {
    running_server s(with_heartbeat(2ms));
    std::vector<std::future<std::size_t>> clients;
    for (std::uint32_t seed = 0; seed < 8; ++seed) {
        clients.push_back(std::async(std::launch::async, [&s, seed] {
            SCOPED_TRACE(seed);
            std::mt19937 random(seed);
            const auto stream = random_frames(random, 300, 60'000);
            client c(s.address(), seed % 2 == 0 ? 0 : 8192);
            std::string received;
            for (std::size_t at = 0; at < stream.size();) {
                const auto piece = std::size_t{1} + random() % (random() % 4 == 0 ? 60'000 : 500);
                at += c.send_some(std::string_view(stream).substr(at, piece));
                if (random() % 8 == 0) received += c.receive_some();
            }
            c.shutdown_send();
            received += c.receive_until_eof();
            const auto check = check_echo(stream, received);
            EXPECT_EQ(check.problem, "");
            EXPECT_EQ(check.frames, 300u);
            EXPECT_EQ(check.partial, 0u);
            return check.heartbeats;
        }));
    }
    std::size_t heartbeats = 0;
    for (auto& c : clients)
        heartbeats += c.get();
    EXPECT_GT(heartbeats, 0u);
    s.finish();
    std::size_t logged = 0;
    for (const auto& closed : s.events("connection", "closed")) {
        logged += static_cast<std::size_t>(closed.at("heartbeats").as_int64());
    }
    EXPECT_EQ(logged, heartbeats);
}

}  // namespace
