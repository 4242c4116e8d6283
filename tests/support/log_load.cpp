#include "support/log_load.hpp"

#include "support/client.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

namespace pulsar::test {

void cause_many_lines(const std::string& address) {
    std::vector<client> sockets;
    for (int i = 0; i < 400; ++i)
        sockets.emplace_back(address);
    for (auto& socket : sockets)
        socket.receive_exactly(250 * heartbeat.size());
}

void expect_echo_between_heartbeats(const std::string& address) {
    client socket(address);
    socket.send_all(frame("HELLO"));
    socket.shutdown_send();
    EXPECT_EQ(check_echo(frame("HELLO"), socket.receive_until_eof()).frames, 1u);
}

void expect_every_event_accounted_for(const std::vector<event>& log) {
    std::int64_t lines = 0;
    std::int64_t dropped = 0;
    std::int64_t reports = 0;
    std::optional<event> report;
    for (const auto& logged : log) {
        const auto msg = text(logged, "msg");
        if (msg == "dropped") {
            dropped += number(logged, "count");
        } else {
            ++lines;
        }
        if (msg == "report") {
            ++reports;
            report = logged;
        }
    }
    ASSERT_TRUE(report);
    EXPECT_EQ(number(*report, "connections"), 0);
    const std::int64_t of_the_process = 4;   // listening, started, draining, stopped
    const std::int64_t of_a_connection = 4;  // task started, opened, closed, task finished
    const auto events = of_the_process + of_a_connection * number(*report, "opened") +
                        number(*report, "heartbeats") + reports;
    EXPECT_EQ(lines + dropped, events) << lines << " lines, " << dropped << " dropped";
}

}  // namespace pulsar::test
