// `--ramp`: the connections are opened over a while.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/fake_server.hpp"
#include "support/full_queue.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <mutex>
#include <string>
#include <vector>

namespace pulsar::test::bench_ramp_test {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using strings = std::vector<std::string>;

const strings modes{"echo", "idle", "churn", "halfclose"};

/// An echo server that knows when its connections came.
class watching_server {
  public:
    [[nodiscard]] const std::string& address() const { return server_.address(); }
    [[nodiscard]] std::vector<steady_clock::time_point> accepted() const {
        const std::lock_guard locked(lock_);
        return accepted_;
    }

  private:
    mutable std::mutex lock_;
    std::vector<steady_clock::time_point> accepted_;
    fake_server server_{[this](fake_peer& client) {
        {
            const std::lock_guard locked(lock_);
            accepted_.push_back(steady_clock::now());
        }
        echo_all(client);
    }};
};

TEST(BenchRamp, OpensNoConnectionBeforeItsTime) {
    for (const auto* threads : {"1", "3"}) {
        const watching_server server;
        const auto begin = steady_clock::now();
        expect_all_echoed(
            {"-c", "6", "-n", "60", "-t", threads, "--ramp", "600ms", server.address()});
        const auto accepted = server.accepted();
        ASSERT_EQ(accepted.size(), 6U);
        for (std::size_t i = 0; i < accepted.size(); ++i)
            EXPECT_GE(accepted[i], begin + i * 100ms) << i;
    }
}

TEST(BenchRamp, IsNotMeasured) {
    for (const auto& mode : modes) {
        SCOPED_TRACE(mode);
        daemon pulsar;
        const auto begin = steady_clock::now();
        const auto result = expect_all_echoed({"-c", "2", "-w", "0s", "-d", "300ms", "--ramp",
                                               "700ms", "--mode", mode, pulsar.address()});
        EXPECT_GE(steady_clock::now() - begin, 1s);
        EXPECT_EQ(result.real("duration_s"), 0.3);
        pulsar.expect_orderly_exit();
    }
}

TEST(BenchRamp, CtrlCEndsItAtOnce) {
    for (const auto& mode : modes) {
        SCOPED_TRACE(mode);
        const watching_server server;
        process bench(bench_with({"-c", "2", "--ramp", "1h", "-t", "2", "--mode", mode, "--timeout",
                                  "1h", server.address(), "--json"}));
        ASSERT_TRUE(eventually([&] { return !server.accepted().empty(); }));
        bench.send(SIGINT);
        const auto run = finish(bench, bench_grace);
        expect_all_echoed(run);
        EXPECT_EQ(run.result.count("frames"), 0);
        EXPECT_EQ(run.result.count("connections"), mode == "idle" ? 1 : 2) << "of idle, those held";
        if (mode == "echo" || mode == "idle") {
            EXPECT_EQ(server.accepted().size(), 1U);
        }
    }
}

TEST(BenchRamp, EachConnectionHasATimeoutOfItsOwn) {
    const full_queue server;
    const auto begin = steady_clock::now();
    const auto run = pulsar::test::run(bench_with({"-c", "3", "--ramp", "900ms", "--timeout",
                                                   "300ms", "-d", "1h", server.address()}),
                                       bench_grace);
    EXPECT_EQ(run.how, exited(run_failed));
    expect_one_complaint(run.err, {server.address(), "no connection within 300ms"});
    EXPECT_GE(steady_clock::now() - begin, 900ms);  // the last begins after 600 ms
}

}  // namespace
}  // namespace pulsar::test::bench_ramp_test
