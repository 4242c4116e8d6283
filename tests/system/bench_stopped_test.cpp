// A pulsar-bench that is stopped for a while and goes on, as by Ctrl+Z and fg.

#include "support/bench.hpp"
#include "support/daemon.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

namespace pulsar::test::bench_stopped_test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

/// The server is there all the time, and has not taken longer for any echo.
TEST(BenchStopped, BeyondItsTimeoutAfterTheEndHasLostNothing) {
    for (const auto& flags :
         {strings{"-r", "1000"}, strings{"-r", "1000", "--reconnect"}, strings{"-s", "8MiB"}}) {
        SCOPED_TRACE(testing::PrintToString(flags));
        daemon pulsar({reports_often, "--max-frame-size", "8MiB"});
        auto how = bench_with({pulsar.address(), "-c", "4", "-w", "0s", "-d", "500ms", "--timeout",
                               "500ms", "--json"});
        how.command.insert(how.command.end(), flags.begin(), flags.end());
        process bench(how);
        wait_for_total(pulsar, "frames");
        bench.send(SIGSTOP);
        std::this_thread::sleep_for(1500ms);  // what is tested
        bench.send(SIGCONT);
        expect_all_echoed(finish(bench, bench_grace));
        pulsar.expect_orderly_exit();
    }
}

}  // namespace
}  // namespace pulsar::test::bench_stopped_test
