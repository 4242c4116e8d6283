// Warnings that clients cause come at most once a second, and none is lost at the end.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/deadline.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace pulsar::test::warning_rate_test {
namespace {

constexpr double window = 1.0;  // seconds; it begins a moment before the line has its time
constexpr std::size_t lines_watched = 3;

/// Sends `bytes`, ends the stream, and waits for its end.
void say(const std::string& address, const std::string& bytes) {
    client socket(address);
    socket.send_all(bytes);
    socket.shutdown_send();
    socket.receive_until_closed();
}

void be_refused(const std::string& address) {
    try {
        client(address).receive_until_closed();
    } catch (const std::system_error& refused) {
        EXPECT_EQ(refused.code(), std::errc::connection_reset);
    }
}

/// Each line is for what came since the one before.
void expect_a_line_each_second(const std::vector<event>& lines) {
    ASSERT_GE(lines.size(), lines_watched);
    for (std::size_t i = 1; i < lines_watched; ++i) {
        const auto gap = seconds_between(lines[i - 1], lines[i]);
        EXPECT_GE(gap, window - 0.1) << text(lines[i], "msg");
        EXPECT_LT(gap, window + 0.5 * patience()) << text(lines[i], "msg");
    }
}

TEST(WarningRate, ALineForEachKindEachSecond) {
    daemon pulsar;
    const auto address = pulsar.address();
    const std::vector<std::string> kinds{"frame too large", "truncated frame"};
    const bool all = eventually([&] {
        say(address, "GET ");
        say(address, header(5) + "cut");
        return std::all_of(kinds.begin(), kinds.end(), [&](const auto& kind) {
            return pulsar.events("connection", kind).size() >= lines_watched;
        });
    });
    ASSERT_TRUE(all);
    for (const auto& kind : kinds)
        expect_a_line_each_second(pulsar.events("connection", kind));
    pulsar.expect_orderly_exit();
}

TEST(WarningRate, ALineForRefusalsEachSecond) {
    daemon pulsar({"--max-connections", "1"});
    auto admitted = served(pulsar.address());
    ASSERT_TRUE(eventually([&] {
        be_refused(pulsar.address());
        return pulsar.events("listener", "refused").size() >= lines_watched;
    }));
    expect_a_line_each_second(pulsar.events("listener", "refused"));
    admitted.close();
    pulsar.expect_orderly_exit();
}

/// How many events the lines stand for.
std::int64_t told(const std::vector<event>& lines) {
    std::int64_t sum = 0;
    for (const auto& line : lines) {
        if (line.contains("count")) {
            sum += number(line, "count");
        } else {
            sum += 1 + (line.contains("suppressed") ? number(line, "suppressed") : 0);
        }
    }
    return sum;
}

TEST(WarningRate, WhatWasWithheldIsLoggedBeforeTheEnd) {
    constexpr int times = 5;
    constexpr int places = 2 * times;
    daemon pulsar({"--max-connections", std::to_string(places)});
    for (int i = 0; i < times; ++i) {
        say(pulsar.address(), "GET ");
        say(pulsar.address(), header(5) + "cut");
    }
    pulsar.wait_for_count(places, "connection", "closed");
    std::vector<client> admitted;
    while (admitted.size() < places)
        admitted.push_back(served(pulsar.address()));
    for (int i = 0; i < times; ++i)
        be_refused(pulsar.address());
    EXPECT_EQ(number(pulsar.report(), "refused"), times);
    admitted.clear();
    pulsar.expect_orderly_exit();
    EXPECT_EQ(told(pulsar.events("connection", "frame too large")), times);
    EXPECT_EQ(told(pulsar.events("connection", "truncated frame")), times);
    EXPECT_EQ(told(pulsar.events("listener", "refused")), times);
    EXPECT_EQ(text(pulsar.events().back(), "msg"), "stopped");
}

}  // namespace
}  // namespace pulsar::test::warning_rate_test
