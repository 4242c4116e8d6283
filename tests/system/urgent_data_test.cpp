// TCP urgent data: bytes that a client sends with MSG_OOB, as telnet's break or rlogin's signals.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <vector>

namespace pulsar::test::urgent_data_test {
namespace {

/// Sends `bytes`, those at the places `urgent`, in order, as urgent data.
void send_with_urgent(client& socket, std::string_view bytes,
                      const std::vector<std::size_t>& urgent) {
    std::size_t sent = 0;
    for (const auto at : urgent) {
        // The last byte of such a call is the urgent one.
        const auto size = static_cast<ssize_t>(at + 1 - sent);
        ASSERT_EQ(::send(socket.descriptor(), &bytes[sent], at + 1 - sent, MSG_OOB), size);
        sent = at + 1;
    }
    socket.send_all(bytes.substr(sent));
}

std::vector<std::size_t> all_places(std::string_view bytes) {
    std::vector<std::size_t> places(bytes.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    return places;
}

TEST(UrgentData, IsEchoedInItsPlace) {
    daemon pulsar;
    const auto whole = frame("HELLO") + frame(std::string(300, 'x')) + frame("");
    const auto last = whole.size() - 1;
    const std::vector<std::vector<std::size_t>> cases{{0},
                                                      {3},
                                                      {4},
                                                      {6},
                                                      {8},
                                                      {9},
                                                      {150},
                                                      {last},
                                                      {0, 8},
                                                      {5, 6, 7},
                                                      {0, 150, last},
                                                      all_places(whole)};
    for (const auto& urgent : cases) {
        SCOPED_TRACE(testing::PrintToString(urgent).substr(0, 80));
        client socket(pulsar.address());
        send_with_urgent(socket, whole, urgent);
        socket.shutdown_send();
        EXPECT_EQ(socket.receive_until_eof(), whole);
    }
    pulsar.expect_orderly_exit();
}

TEST(UrgentData, IsEchoedInItsPlaceWhenItComesAlone) {
    daemon pulsar;
    client socket(pulsar.address());
    const auto whole = frame("HELLO");
    for (const auto urgent : all_places(whole)) {
        socket.send_all(std::string_view(whole).substr(0, urgent));
        ASSERT_TRUE(eventually([&] { return socket.unacknowledged() == 0; }));
        send_with_urgent(socket, std::string_view(whole).substr(urgent), {0});
        ASSERT_EQ(socket.receive_exactly(whole.size()), whole) << urgent;
    }
    socket.close();
    const auto stopped = pulsar.expect_orderly_exit();
    EXPECT_EQ(number(stopped, "bytes_in"), 81);
    EXPECT_EQ(number(stopped, "bytes_out"), 81);
}

TEST(UrgentData, ThatHadArrivedBeforeADrainIsEchoed) {
    daemon pulsar;
    auto socket = served(pulsar.address());
    const auto whole = frame("HELLO") + frame("AGAIN");
    pulsar.child().send(SIGSTOP);
    send_with_urgent(socket, whole + header(5) + "cut", {2, 6, 11});
    ASSERT_TRUE(eventually([&] { return socket.unacknowledged() == 0; }));
    pulsar.child().send(SIGTERM);
    pulsar.child().send(SIGCONT);
    EXPECT_EQ(socket.receive_until_eof(), whole);
    socket.close();
    const auto stopped = pulsar.expect_orderly_end();
    EXPECT_EQ(number(stopped, "frames"), 3);
    EXPECT_EQ(number(stopped, "dropped_partial"), 1);
}

TEST(UrgentData, OfAFrameThatIsTooLargeIsDiscarded) {
    daemon pulsar({"--max-frame-size", "5"});
    client socket(pulsar.address());
    send_with_urgent(socket, frame("HELLO") + frame("HELLO!") + frame("after"), {9, 13, 25});
    EXPECT_EQ(socket.receive_until_eof(), frame("HELLO"));
    socket.close();
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed"), "reason"), "frame_too_large");
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::urgent_data_test
