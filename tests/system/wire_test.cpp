#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <random>
#include <string>

namespace pulsar::test::wire_test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

/// All that comes back for `sent` when our FIN follows at once.
std::string answer(const std::string& address, std::string_view sent) {
    client socket(address);
    socket.send_all(sent);
    socket.shutdown_send();
    return socket.receive_until_eof();
}

TEST(Wire, EchoesAFrame) {
    daemon pulsar;
    EXPECT_EQ(answer(pulsar.address(), "\0\0\0\5HELLO"s), "\0\0\0\5HELLO"s);
    EXPECT_EQ(answer(pulsar.address(), "\0\0\0\0"s), "\0\0\0\0"s);
    EXPECT_EQ(answer(pulsar.address(), ""), "");
    const auto stopped = pulsar.expect_orderly_exit();
    EXPECT_EQ(number(stopped, "connections"), 3);
    EXPECT_EQ(number(stopped, "frames"), 2);
    EXPECT_EQ(number(stopped, "bytes_in"), 13);
    EXPECT_EQ(number(stopped, "bytes_out"), 13);
}

TEST(Wire, EchoesPipelinedFramesOfManySizes) {
    daemon pulsar;
    std::string sent;
    for (std::size_t size = 0; size < 3000; size += 7) {
        std::string payload(size, '\0');
        std::iota(payload.begin(), payload.end(), static_cast<char>(size));
        sent += frame(payload);
    }
    client socket(pulsar.address());
    socket.send_all(sent);
    EXPECT_EQ(socket.receive_exactly(sent.size()), sent);
    socket.shutdown_send();
    EXPECT_EQ(socket.receive_until_eof(), "");
    pulsar.expect_orderly_exit();
}

TEST(Wire, SendsNothingOfAFrameBeforeItsLastByte) {
    daemon pulsar;
    client socket(pulsar.address());
    for (const char byte : frame("HELLO") + frame("") + frame("x")) {
        socket.send_all({&byte, 1});
    }
    EXPECT_EQ(socket.receive_exactly(18), frame("HELLO") + frame("") + frame("x"));

    // The echo of the second connection's frame comes after the daemon has had time for the half.
    socket.send_all(frame("HELLO").substr(0, 8));
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(answer(pulsar.address(), frame("other")), frame("other"));
    EXPECT_THROW(socket.receive_some(1ms), std::system_error);
    socket.send_all("O");
    EXPECT_EQ(socket.receive_exactly(9), frame("HELLO"));
    socket.close();
    pulsar.expect_orderly_exit();
}

TEST(Wire, TheLargestFrameIsEchoed) {
    daemon pulsar;
    const auto largest = frame(std::string(1 << 20, 'x'));
    client socket(pulsar.address());
    socket.send_all(largest);  // before any of it is read
    EXPECT_EQ(socket.receive_exactly(largest.size()), largest);
    socket.close();
    pulsar.expect_orderly_exit();
}

TEST(Wire, AnOversizeFrameEndsTheStreamAfterWhatCameBefore) {
    daemon pulsar({"--max-frame-size", "5"});
    client socket(pulsar.address());
    socket.send_all(frame("HELLO") + frame("") + frame("HELLO!") + frame("after"));
    EXPECT_EQ(socket.receive_until_eof(), frame("HELLO") + frame(""));
    socket.shutdown_send();
    const auto warning = pulsar.wait_for("connection", "frame too large");
    EXPECT_EQ(text(warning, "level"), "warn");
    EXPECT_EQ(text(warning, "peer"), socket.local_address());
    EXPECT_EQ(number(warning, "announced"), 6);
    const auto closed = pulsar.wait_for("connection", "closed");
    EXPECT_EQ(text(closed, "reason"), "frame_too_large");
    EXPECT_EQ(number(closed, "frames"), 2);
    EXPECT_EQ(number(closed, "bytes_out"), 13);
    pulsar.expect_orderly_exit();
}

TEST(Wire, ABrowserIsToldByEndOfStream) {
    daemon pulsar;
    client socket(pulsar.address());
    socket.send_all("GET / HTTP/1.1\r\nHost: pulsar\r\n\r\n");
    EXPECT_EQ(socket.receive_until_eof(), "");
    const auto warning = pulsar.wait_for("connection", "frame too large");
    EXPECT_EQ(number(warning, "announced"), 0x47455420);
    EXPECT_EQ(text(warning, "head"), "GET ");
    socket.close();
    pulsar.expect_orderly_exit();
}

TEST(Wire, TlsAndNoiseAreAnsweredAsFramesOrNotAtAll) {
    daemon pulsar;
    const auto client_hello =
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s + std::string(506, 'r');
    EXPECT_EQ(answer(pulsar.address(), client_hello), "");
    std::mt19937 random(20'261'122);
    for (int round = 0; round < 30; ++round) {
        std::string noise = frame("first");
        for (int i = 0; i < 500; ++i)
            noise += static_cast<char>(random());
        // Keep half of the lengths small, so that some noise is frames.
        if (round % 2) noise.replace(9, 3, 3, '\0');
        EXPECT_EQ(answer(pulsar.address(), noise), complete_frames(noise)) << round;
    }
    pulsar.expect_orderly_exit();
}

TEST(Wire, AFrameCutOffByFinIsDropped) {
    daemon pulsar;
    EXPECT_EQ(answer(pulsar.address(), frame("whole") + header(5) + "cut"), frame("whole"));
    const auto cut = pulsar.wait_for("connection", "truncated frame");
    EXPECT_EQ(text(cut, "level"), "warn");
    EXPECT_EQ(number(cut, "received"), 7);
    EXPECT_EQ(number(cut, "announced"), 5);
    const auto closed = pulsar.wait_for("connection", "closed", text(cut, "peer"));
    EXPECT_EQ(text(closed, "reason"), "truncated_frame");
    EXPECT_EQ(number(closed, "bytes_in"), 16);
    EXPECT_EQ(number(closed, "bytes_out"), 9);
    pulsar.expect_orderly_exit();
}

TEST(Wire, AHeaderCutOffByFinHasNoAnnouncedLength) {
    daemon pulsar;
    EXPECT_EQ(answer(pulsar.address(), "\0\0"s), "");
    const auto cut = pulsar.wait_for("connection", "truncated frame");
    EXPECT_EQ(number(cut, "received"), 2);
    EXPECT_FALSE(cut.contains("announced"));
    pulsar.expect_orderly_exit();
}

TEST(Wire, TheHalfClosedClientGetsAllItsEchoesBetweenHeartbeats) {
    daemon pulsar({"--heartbeat-interval", "20ms"});
    std::string sent;
    for (int i = 0; i < 2000; ++i)
        sent += frame(std::string(1000, static_cast<char>(i)));
    client socket(pulsar.address(), 4096);
    const auto half = sent.size() / 2;
    socket.send_all(std::string_view(sent).substr(0, half / 20));
    auto received = socket.receive_exactly(1004);
    for (auto rest = std::string_view(sent).substr(half / 20); !rest.empty();) {
        rest.remove_prefix(socket.send_some(rest));
        received += socket.receive_some();
    }
    socket.shutdown_send();
    received += socket.receive_until_eof();
    const auto check = check_echo(sent, received);
    EXPECT_EQ(check.problem, "");
    EXPECT_EQ(check.frames, 2000u);
    EXPECT_EQ(check.partial, 0u);
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::wire_test
