// What arrives at once is echoed at once: the client's kernel counts the segments with data.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>

namespace pulsar::test::one_write_test {
namespace {

/// Segments with data that have come in. TCP_NODELAY makes one of each write that fits into one.
std::uint32_t segments_received(const client& socket) {
    tcp_info info{};
    socklen_t size = sizeof info;
    EXPECT_EQ(::getsockopt(socket.descriptor(), IPPROTO_TCP, TCP_INFO, &info, &size), 0);
    return info.tcpi_data_segs_in;
}

std::string many_frames() {
    std::string stream;
    for (int i = 0; i < 100; ++i)
        stream += frame(std::string(static_cast<std::size_t>(i * 7 % 30), 'x'));
    return stream;
}

class OneWrite : public testing::Test {
  protected:
    OneWrite()
        : pulsar_({"--heartbeat-interval", "0s", "--report-interval", "0s"}),
          socket_(served(pulsar_.address())) {}

    /// Sends `bytes` in one segment, and expects `owed` in one.
    void expect_one_segment(const std::string& bytes, const std::string& owed) {
        const auto before = segments_received(socket_);
        ASSERT_EQ(socket_.send_some(bytes), bytes.size());
        EXPECT_TRUE(socket_.receive_exactly(owed.size()) == owed);
        EXPECT_EQ(segments_received(socket_) - before, 1u);
    }

    daemon pulsar_;
    client socket_;
};

TEST_F(OneWrite, EchoesAllFramesThatArriveTogether) {
    const auto stream = many_frames();
    for (int i = 0; i < 3; ++i)
        expect_one_segment(stream, stream);
    socket_.close();
    pulsar_.expect_orderly_exit();
}

TEST_F(OneWrite, EchoesWhatWasHeldTogetherWithWhatFollows) {
    const auto held = frame("HELLO AGAIN");
    const auto stream = many_frames();
    const auto before = number(pulsar_.report(), "bytes_in");
    socket_.send_all(held.substr(0, 6));
    ASSERT_TRUE(eventually([&] { return number(pulsar_.report(), "bytes_in") == before + 6; }));
    expect_one_segment(held.substr(6) + stream + held.substr(0, 6), held + stream);
    expect_one_segment(held.substr(6), held);
    socket_.close();
    pulsar_.expect_orderly_exit();
}

/// Held in a buffer of its own, and short enough for one segment of any window.
TEST_F(OneWrite, EchoesALongFrameThatCameInPieces) {
    const auto held = frame(std::string(20'000, 'x'));
    constexpr std::size_t first = 18'000;
    const auto before = number(pulsar_.report(), "bytes_in");
    socket_.send_all(held.substr(0, first));
    ASSERT_TRUE(eventually(
        [&] { return number(pulsar_.report(), "bytes_in") == before + std::int64_t{first}; }));
    expect_one_segment(held.substr(first), held);
    socket_.close();
    pulsar_.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::one_write_test
