#pragma once

#include "support/client.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pulsar::test {

/// Expects the echo of a frame, and nothing before it.
inline void expect_echo(client& socket, const std::string& payload = "HELLO") {
    socket.send_all(frame(payload));
    ASSERT_EQ(socket.receive_exactly(payload.size() + 4), frame(payload));
}

/// The same of a client that then ends the stream, and sees the daemon do so.
inline void expect_echo(const std::string& address) {
    client socket(address);
    socket.send_all(frame("HELLO"));
    socket.shutdown_send();
    ASSERT_EQ(socket.receive_until_eof(), frame("HELLO"));
}

/// A client that the daemon has taken in: it has had an echo of 9 bytes.
inline client served(const std::string& address, int receive_buffer = 0) {
    client socket(address, receive_buffer);
    expect_echo(socket);
    return socket;
}

}  // namespace pulsar::test
