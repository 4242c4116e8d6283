// Clients that write a frame's header and its payload apart, with Nagle's algorithm on, as Java's
// DataOutputStream does (RFC 896): the payload leaves once the header is acknowledged.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>
#include <vector>

namespace pulsar::test::header_apart_test {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

void use_nagle(const client& socket) {
    const int off = 0;
    ASSERT_EQ(::setsockopt(socket.descriptor(), IPPROTO_TCP, TCP_NODELAY, &off, sizeof off), 0);
}

clock::duration median_of_ping_pongs(client& socket, const std::string& payload) {
    std::vector<clock::duration> times;
    for (int i = 0; i < 25; ++i) {
        const auto begun = clock::now();
        socket.send_all(header(static_cast<std::uint32_t>(payload.size())));
        socket.send_all(payload);
        EXPECT_EQ(socket.receive_exactly(payload.size() + 4), frame(payload));
        times.push_back(clock::now() - begun);
    }
    std::ranges::nth_element(times, times.begin() + 12);
    return times[12];
}

/// A delayed ACK takes 40 ms, and no machine is so slow that half of it is not far from both.
TEST(HeaderApart, WaitsForNoDelayedAck) {
    daemon pulsar;
    client socket(pulsar.address());
    use_nagle(socket);
    expect_echo(socket);
    for (const std::size_t size : {std::size_t{1}, std::size_t{100}, std::size_t{50'000}})
        EXPECT_LT(median_of_ping_pongs(socket, std::string(size, 'x')), 20ms) << size;
    socket.close();
    pulsar.expect_orderly_exit();
}

TEST(HeaderApart, IsEchoedOnAUnixSocketToo) {
    const temp_dir dir;
    daemon pulsar({"--listen", "unix:" + (dir / "socket")});
    client socket(pulsar.address());
    median_of_ping_pongs(socket, "HELLO");
    socket.close();
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::header_apart_test
