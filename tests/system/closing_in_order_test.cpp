// The bounds of a close in order, from both sides: 1 s, and 64 KiB beyond what was there.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/deadline.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/process_usage.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/socket.h>
#include <system_error>

namespace pulsar::test::closing_in_order_test {
namespace {

const std::string bad_frame = "GET ";
constexpr std::size_t discarded = 65'536;
constexpr double patience_of_a_linger = 1.0;  // seconds

class ClosingInOrder : public testing::Test {
  protected:
    /// A client whose connection the daemon has ended, and now waits for.
    client make_it_linger() {
        auto socket = served(pulsar_.address());
        socket.send_all(bad_frame);
        EXPECT_EQ(socket.receive_until_eof(), "");
        // FIN goes out a moment before the daemon asks what is there.
        EXPECT_TRUE(eventually([&] { return sleeps(pulsar_.child().pid()); }));
        return socket;
    }

    /// Seconds from the decision to close to the end.
    double closing_time() {
        const auto closed = pulsar_.wait_for("connection", "closed");
        EXPECT_EQ(text(closed, "reason"), "frame_too_large");
        return seconds_between(pulsar_.wait_for("connection", "frame too large"), closed);
    }

    /// What a reset, which comes when input is left, leaves behind the FIN.
    static int error_of(const client& socket) {
        int error = 0;
        socklen_t size = sizeof error;
        EXPECT_EQ(::getsockopt(socket.descriptor(), SOL_SOCKET, SO_ERROR, &error, &size), 0);
        return error;
    }

    daemon pulsar_{{"--heartbeat-interval", "0s", "--report-interval", "0s"}};
};

TEST_F(ClosingInOrder, WaitsASecondForAClientThatStays) {
    auto socket = make_it_linger();
    const auto took = closing_time();
    EXPECT_GE(took, patience_of_a_linger);
    EXPECT_LT(took, patience_of_a_linger + 0.5 * patience());
    EXPECT_EQ(error_of(socket), 0);
    socket.close();
    pulsar_.expect_orderly_exit();
}

TEST_F(ClosingInOrder, IsOverWithTheClientsFin) {
    auto socket = make_it_linger();
    socket.send_all("bytes that nobody reads");
    socket.shutdown_send();
    EXPECT_LT(closing_time(), patience_of_a_linger / 2 * patience());
    pulsar_.expect_orderly_exit();
}

TEST_F(ClosingInOrder, DiscardsSixtyFourKib) {
    auto socket = make_it_linger();
    socket.send_all(std::string(discarded - 1, 'y'));
    const auto took = closing_time();
    EXPECT_GE(took, patience_of_a_linger) << "it could have taken another byte";
    EXPECT_EQ(error_of(socket), 0);
    socket.close();
    pulsar_.expect_orderly_exit();
}

TEST_F(ClosingInOrder, DiscardsNoMoreThanSixtyFourKib) {
    auto socket = make_it_linger();
    socket.send_all(std::string(discarded, 'y'));
    EXPECT_LT(closing_time(), patience_of_a_linger / 2 * patience());
    EXPECT_EQ(error_of(socket), 0) << "all of it was read";
    socket.close();
    pulsar_.expect_orderly_exit();
}

/// Neither what came together with the bad header, nor what came later.
TEST_F(ClosingInOrder, CountsNoInputThatIsDiscarded) {
    const auto before = frame("HELLO");
    auto socket = served(pulsar_.address());
    socket.send_all(before + bad_frame + std::string(1000, 'y'));
    EXPECT_EQ(socket.receive_until_eof(), before);
    socket.send_all(std::string(1000, 'y'));
    socket.shutdown_send();
    const auto counted = static_cast<std::int64_t>(2 * before.size() + bad_frame.size());
    EXPECT_EQ(number(pulsar_.wait_for("connection", "closed"), "bytes_in"), counted);
    EXPECT_EQ(number(pulsar_.expect_orderly_exit(), "bytes_in"), counted);
}

/// A Unix socket holds more than the daemon takes at a time, and has no window that grows.
TEST(ClosingInOrderOverUnix, DiscardsAllThatWasThereToo) {
    constexpr std::size_t read_with_the_bad_frame = 256 * 1024;
    const temp_dir dir;
    daemon pulsar({"--listen", "unix:" + (dir / "socket"), "--heartbeat-interval", "0s"});
    auto socket = served(pulsar.address());
    const int room = 1 << 20;
    ::setsockopt(socket.descriptor(), SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    pulsar.child().send(SIGSTOP);
    std::string sent = bad_frame;
    sent.resize(read_with_the_bad_frame + discarded + 16'384, 'y');
    for (std::size_t taken = 0; taken < sent.size();) {
        const auto more = socket.send_some(std::string_view(sent).substr(taken));
        if (more == 0) GTEST_SKIP() << "a socket of this system holds no more than " << taken;
        taken += more;
    }
    pulsar.child().send(SIGCONT);
    const auto [bytes, error] = socket.receive_until_closed();
    EXPECT_EQ(bytes, "");
    EXPECT_FALSE(error) << error.message();
    pulsar.wait_for("connection", "closed");
    EXPECT_EQ(socket.receive_until_closed().error, std::error_code()) << "input was left";
    socket.close();
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::closing_in_order_test
