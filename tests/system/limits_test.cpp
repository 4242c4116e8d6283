#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/expect_time.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pulsar::test::limits_test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

TEST(Limits, FrameTimeoutAnswersWhatIsCompleteAndEndsTheStream) {
    daemon pulsar({"--frame-timeout", "100ms"});
    client socket(pulsar.address());
    socket.send_all(frame("whole") + header(5) + "cut");
    EXPECT_EQ(socket.receive_until_eof(), frame("whole"));
    const auto warning = pulsar.wait_for("connection", "frame timeout");
    EXPECT_EQ(text(warning, "level"), "warn");
    EXPECT_EQ(number(warning, "received"), 7);
    EXPECT_EQ(number(warning, "announced"), 5);
    socket.close();
    const auto closed = pulsar.wait_for("connection", "closed");
    EXPECT_EQ(text(closed, "reason"), "frame_timeout");
    expect_time(seconds(closed, "duration_s"), 100ms);
    pulsar.expect_orderly_exit();
}

TEST(Limits, IdleTimeoutEndsTheStream) {
    daemon pulsar({"--idle-timeout", "100ms"});
    client socket(pulsar.address());
    socket.send_all(frame("HELLO"));
    EXPECT_EQ(socket.receive_until_eof(), frame("HELLO"));
    socket.close();
    const auto closed = pulsar.wait_for("connection", "closed");
    EXPECT_EQ(text(closed, "reason"), "idle_timeout");
    expect_time(seconds(closed, "duration_s"), 100ms);
    pulsar.expect_orderly_exit();
}

TEST(Limits, WriteTimeoutResetsAClientThatDoesNotRead) {
    daemon pulsar({"--write-timeout", "300ms"});
    client socket(pulsar.address(), 4096);
    const auto sent = socket.flood(frame(std::string(60'000, 'x')));
    const auto warning = pulsar.wait_for("connection", "write timeout");
    EXPECT_EQ(text(warning, "level"), "warn");
    EXPECT_GT(number(warning, "pending_out"), 0);
    const auto closed = pulsar.wait_for("connection", "closed");
    EXPECT_EQ(text(closed, "reason"), "write_timeout");
    EXPECT_GE(seconds(closed, "duration_s"), 300ms);
    const auto [bytes, error] = socket.receive_until_closed();
    EXPECT_EQ(error, std::errc::connection_reset);
    EXPECT_EQ(check_echo(sent, bytes).problem, "");
    pulsar.expect_orderly_exit();
}

TEST(Limits, TheClientsResetIsToldFromItsClose) {
    daemon pulsar;
    client socket(pulsar.address());
    socket.send_all(frame("HELLO"));
    socket.receive_exactly(9);
    const auto peer = socket.local_address();
    socket.reset();
    const auto closed = pulsar.wait_for("connection", "closed", peer);
    EXPECT_EQ(text(closed, "reason"), "peer_reset");
    EXPECT_EQ(text(closed, "level"), "info");
    client orderly(pulsar.address());
    const auto other = orderly.local_address();
    orderly.close();
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed", other), "reason"), "peer_closed");
    pulsar.expect_orderly_exit();
}

/// A client that has its echo and then ends the stream, in the midst of a frame or not, until it
/// sees the daemon do so. False: it was refused.
bool comes_and_goes(const std::string& address, const std::string& rest) {
    try {
        client socket(address);
        socket.send_all(frame("HELLO") + rest);
        socket.shutdown_send();
        const auto [bytes, error] = socket.receive_until_closed();
        return bytes == frame("HELLO") && !error;
    } catch (const std::system_error& refused) {
        EXPECT_EQ(refused.code(), std::errc::connection_reset);
        return false;
    }
}

TEST(Limits, AClientThatHasSeenItsEndHasGivenItsPlaceBack) {
    daemon pulsar({"--threads", "2", "--max-connections", "1"});
    const auto address = pulsar.address();
    int refused = 0;
    for (int i = 0; i < 2000; ++i)
        refused += comes_and_goes(address, i % 2 == 0 ? "" : "\0\0"s) ? 0 : 1;
    EXPECT_EQ(refused, 0);
    pulsar.expect_orderly_exit();
}

TEST(Limits, ThoseOverMaxConnectionsAreReset) {
    daemon pulsar({"--max-connections", "2"});
    std::vector<client> admitted;
    for (int i = 0; i < 2; ++i) {
        admitted.emplace_back(pulsar.address());
        expect_echo(admitted.back());
    }
    try {
        client refused(pulsar.address());
        EXPECT_EQ(refused.receive_until_closed().error, std::errc::connection_reset);
    } catch (const std::system_error& error) {
        EXPECT_EQ(error.code(), std::errc::connection_reset);
    }
    const auto warning = pulsar.wait_for("listener", "refused");
    EXPECT_EQ(text(warning, "level"), "warn");
    EXPECT_NE(text(warning, "reason"), "");
    EXPECT_EQ(number(warning, "count"), 1);

    admitted.pop_back();
    pulsar.wait_for("connection", "closed");
    EXPECT_TRUE(eventually([&] {
        try {
            client next(pulsar.address());
            next.send_all(frame("HELLO"));
            return next.receive_exactly(9) == frame("HELLO");
        } catch (const std::runtime_error&) {
            return false;
        }
    }));
    admitted.clear();
    pulsar.child().send(SIGUSR1);
    EXPECT_GE(number(pulsar.wait_for("registry", "report"), "refused"), 1);
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::limits_test
