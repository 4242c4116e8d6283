// What a parent leaves to its child: signals that are blocked, SIGPIPE that is ignored.

#include "support/bench.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/process.hpp"
#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <string>
#include <unistd.h>
#include <vector>

namespace pulsar::test::inherited_signals_test {
namespace {

using strings = std::vector<std::string>;

const strings blocking{"env", "--block-signal=INT,TERM,HUP,USR1", "--ignore-signal=PIPE"};

launch with_blocked_signals(const launch& how = {}) {
    auto blocked = how;
    blocked.command.insert(blocked.command.begin(), blocking.begin(), blocking.end());
    return blocked;
}

class InheritedSignals : public testing::Test {
  protected:
    void SetUp() override {
        launch status;
        status.command = {"grep", "^Sig[BI]", "/proc/self/status"};
        const auto seen = run(with_blocked_signals(status));
        if (seen.how == exited(125)) GTEST_SKIP() << "env knows no --block-signal: " << seen.err;
        EXPECT_EQ(seen.out, "SigBlk:\t0000000000004203\nSigIgn:\t0000000000001000\n");
    }
};

TEST_F(InheritedSignals, ReachTheDaemon) {
    for (const int stop : {SIGTERM, SIGINT}) {
        daemon pulsar({}, with_blocked_signals());
        client socket(pulsar.address());
        expect_echo(socket);
        socket.close();
        pulsar.child().send(SIGHUP);
        pulsar.wait_for("server", "signal ignored");
        pulsar.report();
        pulsar.expect_orderly_exit(stop);
    }
}

TEST_F(InheritedSignals, EndARun) {
    for (const int stop : {SIGINT, SIGTERM}) {
        daemon pulsar({reports_often});
        process bench(with_blocked_signals(
            bench_with({pulsar.address(), "-w", "0s", "-d", "1h", "-c", "2", "--json"})));
        wait_for_total(pulsar, "frames");
        bench.send(stop);
        expect_all_echoed(finish(bench, bench_grace));
        pulsar.expect_orderly_exit();
    }
}

TEST_F(InheritedSignals, AReaderThatIsGoneKillsQuietly) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const unique_fd write_end(ends[1]);
    ::close(ends[0]);
    auto how = with_blocked_signals(pulsar_with({"--help"}));
    how.standard[1] = write_end.get();
    const auto result = run(how);
    EXPECT_EQ(result.how, killed_by(SIGPIPE));
    EXPECT_EQ(result.err, "");
}

}  // namespace
}  // namespace pulsar::test::inherited_signals_test
