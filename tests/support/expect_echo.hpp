#pragma once

#include "support/client.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

namespace pulsar::test {

/// Expects the echo of a frame, and nothing before it.
inline void expect_echo(client& socket) {
    socket.send_all(frame("HELLO"));
    EXPECT_EQ(socket.receive_exactly(9), frame("HELLO"));
}

}  // namespace pulsar::test
