// The daemon under valgrind's memcheck: it uses no byte that it has not written. A sanitizer that
// tells this needs a standard library of its own.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/process.hpp"
#include "support/sanitizers.hpp"
#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <system_error>

namespace pulsar::test::memcheck_test {
namespace {

launch under_memcheck() {
    return {.command = {"valgrind", "--quiet", "--error-exitcode=99"}};
}

class Memcheck : public testing::Test {
  protected:
    void SetUp() override {
        if (sanitized()) GTEST_SKIP() << "a sanitizer is no program for it";
        auto how = under_memcheck();
        how.command.emplace_back("true");
        if (run(how).how != exited(0)) skip_without("valgrind");
    }
};

void expect_closed(daemon& pulsar, client& socket, const std::string& reason) {
    const auto peer = socket.local_address();
    socket.receive_until_eof();
    socket.close();
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed", peer), "reason"), reason);
}

/// Sends until it is reset.
void never_read(client& socket) {
    const auto megabyte = frame(std::string(1 << 20, 'x'));
    EXPECT_THROW(
        {
            for (;;)
                socket.send_all(megabyte);
        },
        std::system_error);
}

TEST_F(Memcheck, HasNothingToSay) {
    const temp_dir dir;
    daemon pulsar({"--threads", "2", "--heartbeat-interval", "100ms", "--frame-timeout", "1s",
                   "--write-timeout", "400ms", "--report-interval", "100ms", "--log-level", "trace",
                   "--listen", "127.0.0.1:0", "--listen", "unix:" + (dir / "socket")},
                  under_memcheck());
    served("unix:" + (dir / "socket")).close();
    auto idle = served(pulsar.address());
    EXPECT_EQ(idle.receive_exactly(heartbeat.size()), heartbeat);

    auto slow = served(pulsar.address());
    slow.send_all(header(100) + "too slow");
    auto oversize = served(pulsar.address());
    oversize.send_all("GET / HTTP/1.1\r\n");
    auto cut = served(pulsar.address());
    cut.send_all(frame("whole") + header(5) + "cut");
    cut.shutdown_send();
    auto gone = served(pulsar.address());
    expect_closed(pulsar, slow, "frame_timeout");
    expect_closed(pulsar, oversize, "frame_too_large");
    expect_closed(pulsar, cut, "truncated_frame");
    gone.reset();
    auto deaf = served(pulsar.address(), 4096);
    const auto peer = deaf.local_address();
    never_read(deaf);
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed", peer), "reason"), "write_timeout");

    auto drained = served(pulsar.address());
    drained.send_all(frame("late").substr(0, 6));
    pulsar.child().send(SIGTERM);
    pulsar.wait_for("server", "draining");
    drained.send_all(frame("late").substr(6));
    drained.receive_until_eof();
    drained.close();
    idle.close();
    pulsar.expect_orderly_end();
}

}  // namespace
}  // namespace pulsar::test::memcheck_test
