#include "integration/running_server.hpp"
#include "support/client.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <new>
#include <stdexcept>
#include <string>

namespace {

enum class fault { none, out_of_memory, exception };

/// What the next connection that keeps bytes meets, once.
std::atomic<fault> next_fault{fault::none};

}  // namespace

// The linker puts these around echo_buffer::keep() in this binary (--wrap, see ld(1)).
extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier)
void __real__ZN6pulsar3net11echo_buffer4keepEmmm(void* self, std::size_t sent, std::size_t frames,
                                                 std::size_t frame_size);

void __wrap__ZN6pulsar3net11echo_buffer4keepEmmm(void* self, std::size_t sent, std::size_t frames,
                                                 std::size_t frame_size) {
    switch (next_fault.exchange(fault::none)) {
        case fault::out_of_memory:
            throw std::bad_alloc();
        case fault::exception:
            throw std::runtime_error("a bug");
        case fault::none:
            break;
    }
    __real__ZN6pulsar3net11echo_buffer4keepEmmm(self, sent, frames, frame_size);
}
// NOLINTEND(bugprone-reserved-identifier)
}

namespace {

using namespace pulsar::test;

class Fault : public testing::Test {
  protected:
    void expect_echo(client& c) {
        c.send_all(frame("fine"));
        EXPECT_EQ(c.receive_exactly(8), frame("fine"));
    }

    /// Lets `what` happen to one client, and expects that another does not notice. The `closed` of
    /// the first.
    event strike(running_server& s, fault what) {
        client other(s.address());
        expect_echo(other);
        client struck(s.address());
        expect_echo(struck);
        next_fault = what;
        struck.send_all(frame("x"));
        EXPECT_TRUE(struck.receive_until_closed().bytes.size() <= frame("x").size());
        expect_echo(other);
        return s.wait_for("connection", "closed");
    }
};

TEST_F(Fault, AnExceptionInOneConnectionClosesThatOne) {
    running_server s;
    const auto closed = strike(s, fault::exception);
    EXPECT_EQ(text(closed, "reason"), "io_error");
    EXPECT_EQ(text(closed, "error"), "a bug");
    const auto logged = s.wait_for("connection", "exception");
    EXPECT_EQ(text(logged, "level"), "error");
    EXPECT_EQ(text(logged, "error"), "a bug");
    EXPECT_EQ(number(logged, "conn"), number(closed, "conn"));
    EXPECT_TRUE(s.finish());
}

TEST_F(Fault, NoMemoryForOneConnectionClosesThatOne) {
    running_server s;
    const auto closed = strike(s, fault::out_of_memory);
    EXPECT_EQ(text(closed, "reason"), "out_of_memory");
    EXPECT_FALSE(closed.contains("error"));
    EXPECT_TRUE(s.finish());
}

}  // namespace
