#include "chaos/conversation.hpp"

#include "support/client.hpp"
#include "support/frames.hpp"
#include "support/random_frames.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <random>
#include <thread>
#include <utility>

namespace pulsar::test {
namespace {

std::string random_stream(std::size_t bytes, unsigned seed) {
    std::mt19937 random(seed);
    constexpr std::size_t longest_frame = 70'000;
    std::string stream;
    while (stream.size() < bytes)
        stream += random_frames(random, 1, std::min(bytes, longest_frame) + 1);
    return stream;
}

}  // namespace

conversation converse(const std::string& address, std::string stream, deadline limit) {
    client socket(address);
    std::thread sender([&] {
        try {
            socket.send_all(stream, limit);
            socket.shutdown_send();
        } catch (const std::system_error&) {
            // The other thread will be told, too.
        }
    });
    conversation held;
    try {
        auto last = socket.receive_until_closed(limit);
        held = {{}, std::move(last.bytes), last.error};
    } catch (const std::system_error& late) {
        held.error = late.code();
    }
    sender.join();
    held.sent = std::move(stream);
    return held;
}

std::vector<conversation> converse(const std::string& address, std::size_t clients,
                                   std::size_t bytes, unsigned seed) {
    std::vector<std::future<conversation>> under_way;
    for (std::size_t i = 0; i < clients; ++i) {
        under_way.push_back(std::async(std::launch::async, [=, &address] {
            return converse(address, random_stream(bytes, seed + static_cast<unsigned>(i)));
        }));
    }
    std::vector<conversation> held;
    for (auto& one : under_way)
        held.push_back(one.get());
    return held;
}

void expect_whole_echo(const conversation& held) {
    const auto check = check_echo(held.sent, held.heard);
    EXPECT_EQ(check.problem, "");
    EXPECT_EQ(check.partial, 0u);
    EXPECT_EQ(held.heard.size() - check.heartbeats * heartbeat.size(), held.sent.size());
    EXPECT_FALSE(held.error) << held.error.message();
}

void expect_part_of_echo(const conversation& held) {
    EXPECT_EQ(check_echo(held.sent, held.heard).problem, "");
    EXPECT_NE(held.error, std::errc::timed_out);
}

}  // namespace pulsar::test
