// A connection that the daemon closes in order, with a client that reads on slowly. On a Unix
// socket, whose buffers hold 208 KiB and never grow.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/frames.hpp"
#include "support/process_usage.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace pulsar::test::linger_test {
namespace {

using namespace std::chrono_literals;

const std::string bad_frame = "GET / HTTP/1.1\r\n\r\n";

class Linger : public testing::Test {
  protected:
    /// Lets the daemon hold 180 KB of echoes in its socket, none of which the client has read.
    void begin(const std::string& write_timeout) {
        pulsar_.emplace(std::vector<std::string>{
            "--listen", "unix:" + (dir_ / "socket"), "--heartbeat-interval", "0s",
            "--report-interval", "0s", "--threads", "1", "--write-timeout", write_timeout});
        socket_.emplace(pulsar_->address());
        socket_->send_all(sent_);
        ASSERT_TRUE(eventually([&] {
            return static_cast<std::size_t>(number(pulsar_->report(), "bytes_out")) == sent_.size();
        }));
    }

    /// So many bytes every 20 ms, until the daemon has closed. What was read.
    std::string read_slowly(std::size_t bytes) {
        std::string received;
        try {
            while (pulsar_->events("connection", "closed").empty()) {
                received += socket_->receive_some({}, bytes);
                std::this_thread::sleep_for(20ms);  // the pace of the reader, not a wait
            }
        } catch (const std::system_error& reset) {  // in the moment before it is logged
            EXPECT_EQ(reset.code(), std::errc::connection_reset);
        }
        EXPECT_EQ(text(pulsar_->wait_for("connection", "closed"), "reason"), "frame_too_large");
        return received;
    }

    /// Seconds from the warning of the bad frame to the end of the connection.
    double closing_time() {
        return seconds_between(pulsar_->wait_for("connection", "frame too large"),
                               pulsar_->wait_for("connection", "closed"));
    }

    const temp_dir dir_;
    std::optional<daemon> pulsar_;
    std::optional<client> socket_;
    const std::string unit_ = frame(std::string(30'000, 'x'));
    const std::string sent_ = unit_ + unit_ + unit_ + unit_ + unit_ + unit_;
};

/// Steady progress is no reason to keep a place for good.
TEST_F(Linger, ASlowReaderOfWhatIsUnsentIsCutOffInTheEnd) {
    begin("3s");
    // The bad frame has to be there together with what the socket does not take any more.
    pulsar_->child().send(SIGSTOP);
    socket_->send_all(unit_ + unit_ + unit_ + unit_ + unit_ + bad_frame);
    pulsar_->child().send(SIGCONT);
    read_slowly(500);
    const auto closed = pulsar_->wait_for("connection", "closed");
    EXPECT_GT(number(closed, "bytes_out"), static_cast<std::int64_t>(sent_.size()));
    EXPECT_LT(number(closed, "bytes_out"), static_cast<std::int64_t>(11 * unit_.size()));
    EXPECT_GE(closing_time(), 3.9);
    EXPECT_LT(closing_time(), 5.5);
    socket_->close();
    pulsar_->expect_orderly_exit();
}

TEST_F(Linger, ASlowReaderOfWhatWasSentKeepsItsPlaceForThatLongOnly) {
    begin("100ms");
    socket_->send_all(bad_frame);
    pulsar_->wait_for("connection", "frame too large");
    auto received = read_slowly(2000);
    EXPECT_GE(closing_time(), 1.0);
    EXPECT_LT(closing_time(), 1.7);
    received += socket_->receive_until_eof();
    EXPECT_TRUE(received == sent_);
    socket_->close();
    pulsar_->expect_orderly_exit();
}

/// While nothing more is discarded no event tells of the client, and it has to be polled: every 20
/// ms that would be some hundred times.
TEST_F(Linger, IsPolledMoreAndMoreRarely) {
    begin("3s");
    socket_->send_all(bad_frame);
    pulsar_->wait_for("connection", "frame too large");
    socket_->send_all(std::string(100'000, 'y'));  // more than is discarded
    const auto before = context_switches(pulsar_->child().pid());
    read_slowly(2000);
    EXPECT_LT(context_switches(pulsar_->child().pid()) - before, 60u);
    EXPECT_GE(closing_time(), 1.0);
    socket_->close();
    pulsar_->expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::linger_test
