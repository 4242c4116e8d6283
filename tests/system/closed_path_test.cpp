// What the log tells of the way to a client, and of who speaks another protocol.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace pulsar::test::closed_path_test {
namespace {

using namespace std::string_literals;

TEST(ClosedPath, IsLoggedForTcpHoweverTheConnectionEnds) {
    daemon pulsar;
    client orderly(pulsar.address());
    expect_echo(orderly);
    const auto first = orderly.local_address();
    orderly.close();
    client aborted(pulsar.address());
    expect_echo(aborted);
    const auto second = aborted.local_address();
    aborted.reset();
    for (const auto& peer : {first, second}) {
        const auto closed = pulsar.wait_for("connection", "closed", peer);
        EXPECT_GT(number(closed, "rtt_us"), 0) << peer;
        EXPECT_LT(number(closed, "rtt_us"), 1'000'000) << peer;
        EXPECT_EQ(number(closed, "retrans"), 0) << peer;
    }
    pulsar.expect_orderly_exit();
}

TEST(ClosedPath, IsNotThereForAUnixSocket) {
    const temp_dir dir;
    daemon pulsar({"--listen", "unix:" + (dir / "socket")});
    client socket(pulsar.address());
    expect_echo(socket);
    socket.close();
    const auto closed = pulsar.wait_for("connection", "closed");
    EXPECT_FALSE(closed.contains("rtt_us"));
    EXPECT_FALSE(closed.contains("retrans"));
    pulsar.expect_orderly_exit();
}

TEST(FrameTooLarge, NamesWhoSpeaksAnotherProtocol) {
    const std::vector<std::pair<std::string, std::string>> openings{
        {"GET / HTTP/1.1\r\n\r\n", "http"},
        {"\x16\x03\x01\x02\x00\x01"s, "tls"},
        {"SSH-2.0-OpenSSH_9.2\r\n", "ssh"},
        {"PROXY UNKNOWN\r\n", "proxy_v1"},
        {"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"s, "proxy_v2"},
        {"\x05\0\0\0HELLO"s, "little_endian"}};
    for (const auto& [opening, hint] : openings) {
        // Warnings are limited to one a second: each has a daemon's window of its own.
        daemon other({"--max-frame-size", "1KiB"});
        client socket(other.address());
        socket.send_all(opening);
        EXPECT_EQ(socket.receive_until_eof(), "");
        EXPECT_EQ(text(other.wait_for("connection", "frame too large"), "hint"), hint);
        socket.close();
        other.expect_orderly_exit();
    }
    daemon pulsar;
    client socket(pulsar.address());
    socket.send_all("\xff\xff\xff\xff");
    EXPECT_EQ(socket.receive_until_eof(), "");
    EXPECT_FALSE(pulsar.wait_for("connection", "frame too large").contains("hint"));
    socket.close();
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::closed_path_test
