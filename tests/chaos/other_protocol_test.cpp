// Clients of other protocols: each is told by end-of-stream, named in the log, and costs nothing.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/effort.hpp"
#include "support/expect_echo.hpp"
#include "support/process_usage.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pulsar::test::other_protocol_test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

std::string from_hex(const std::string& digits) {
    std::string bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2)
        bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    return bytes;
}

/// What OpenSSL 3 sends first, for TLS 1.3 with a server name.
const std::string client_hello = from_hex(
    "1603010200010001fc0303c2565d065a390124868ddce41b8011a026425a64eb85ee578f903295c49293162069b0"
    "f72b372c118414878ac41dd87c9d26afc93b9e1680359e0b3afcd4e034670024130213031301c02cc030c02bc02f"
    "cca9cca8c024c028c023c027009f009e006b006700ff0100018f0000000e000c0000096c6f63616c686f7374000b"
    "000403000102000a00160014001d0017001e0019001801000101010201030104002300000016000000170000000d"
    "002a0028040305030603080708080809080a080b080408050806040105010601030303010302040205020602002b"
    "00050403040303002d00020101003300260024001d00204d16a7be8afa41e36081cffbbc236793aa4a5b9779749c"
    "2a2f230dc0b666d37b001500e4000000000000000000000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000");

const std::vector<std::string> openings{
    client_hello,
    "GET / HTTP/1.1\r\nHost: pulsar\r\nConnection: keep-alive\r\n\r\n",
    "HEAD / HTTP/1.0\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: pulsar\r\n\r\n",
    "POST /form HTTP/1.1\r\nHost: pulsar\r\nContent-Length: 60000\r\n\r\n" +
        std::string(60'000, 'a'),
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"s,
    "SSH-2.0-OpenSSH_9.2\r\n",
    "EHLO client.example\r\n",
    "*1\r\n$4\r\nPING\r\n",
    "PROXY TCP4 192.0.2.1 192.0.2.2 1000 80\r\n",
    "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"s,
};

TEST(OtherProtocol, IsToldByEndOfStreamAndNamedInTheLog) {
    daemon pulsar;
    std::vector<std::string> peers;
    for (const auto& opening : openings) {
        SCOPED_TRACE(testing::PrintToString(opening.substr(0, 20)));
        client socket(pulsar.address());
        peers.push_back(socket.local_address());
        socket.send_all(opening);
        EXPECT_EQ(socket.receive_until_eof(), "");
    }
    for (const auto& peer : peers) {
        const auto closed = pulsar.wait_for("connection", "closed", peer);
        EXPECT_EQ(text(closed, "reason"), "frame_too_large");
        EXPECT_EQ(number(closed, "bytes_in"), 4);
        EXPECT_EQ(number(closed, "bytes_out"), 0);
    }
    const auto warning = pulsar.wait_for("connection", "frame too large", peers.front());
    EXPECT_EQ(text(warning, "head"), "\x16\x03\x01\x02");
    EXPECT_EQ(number(warning, "announced"), 0x16030102);
    client socket(pulsar.address());
    expect_echo(socket);
    socket.close();
    pulsar.expect_orderly_exit();
}

/// Where frames may be that large, TLS begins with a frame of 369 MB.
TEST(OtherProtocol, TlsWithinTheLimitTakesTheMemoryOfItsBytes) {
    constexpr std::size_t count = 50;
    const auto timeout = std::to_string(300 * patience()) + "ms";
    daemon pulsar({"--max-frame-size", "1GiB", "--frame-timeout", timeout});
    const auto before = anonymous_memory(pulsar.child().pid());
    std::vector<client> clients;
    for (std::size_t i = 0; i < count; ++i) {
        clients.emplace_back(pulsar.address());
        clients.back().send_all(client_hello);
    }
    EXPECT_TRUE(eventually([&] {
        return number(pulsar.report(), "bytes_in") ==
               static_cast<std::int64_t>(count * client_hello.size());
    }));
    if (effort_by_build(true, false)) {
        EXPECT_LT(anonymous_memory(pulsar.child().pid()) - before, 4U << 20);
    }
    for (auto& socket : clients)
        EXPECT_EQ(socket.receive_until_eof(), "");
    clients.clear();
    for (const auto& closed : pulsar.wait_for_count(count, "connection", "closed")) {
        EXPECT_EQ(text(closed, "reason"), "frame_timeout");
    }
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::other_protocol_test
