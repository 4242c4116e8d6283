// Ctrl+C ends a run early, with the result so far.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/fake_server.hpp"
#include "support/full_queue.hpp"
#include "support/network_namespace.hpp"
#include "support/process_usage.hpp"
#include "support/temp_dir.hpp"
#include "support/unique_fd.hpp"
#include "support/unix_address.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <vector>

namespace pulsar::test::bench_signals_test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

class BenchSignal : public testing::TestWithParam<int> {};

TEST_P(BenchSignal, EndsTheRunWithTheResultSoFar) {
    for (const auto& flags : {strings{}, strings{"-p", "16", "-t", "2"}, strings{"-r", "2000"},
                              strings{"--mode", "churn"}}) {
        SCOPED_TRACE(testing::PrintToString(flags));
        daemon pulsar({reports_often});
        process bench(
            bench_with({pulsar.address(), "-w", "0s", "-d", "1h", "-c", "5", "--json"}, flags));
        wait_for_total(pulsar, "frames");
        bench.send(GetParam());
        const auto run = finish(bench, bench_grace);
        expect_all_echoed(run);
        EXPECT_GT(run.result.count("frames"), 0);
        EXPECT_GT(run.result.real("duration_s"), 0);
        EXPECT_LT(run.result.real("duration_s"), 60);
        EXPECT_EQ(run.result.count("frames"), number(pulsar.expect_orderly_exit(), "frames"));
    }
}

TEST_P(BenchSignal, EndsARunOfANumberOfFrames) {
    daemon pulsar({reports_often});
    process bench(bench_with({pulsar.address(), "-n", "1000000000", "--json"}));
    wait_for_total(pulsar, "frames");
    bench.send(GetParam());
    const auto run = finish(bench, bench_grace);
    expect_all_echoed(run);
    EXPECT_EQ(run.result.count("frames"), number(pulsar.expect_orderly_exit(), "frames"));
}

TEST_P(BenchSignal, EndsTheWarmUpWithNothingMeasured) {
    daemon pulsar({reports_often});
    process bench(bench_with({pulsar.address(), "-w", "1h", "--json"}));
    wait_for_total(pulsar, "frames");
    bench.send(GetParam());
    const auto run = finish(bench, bench_grace);
    expect_all_echoed(run);
    EXPECT_EQ(run.result.count("frames"), 0);
    EXPECT_EQ(run.result.real("duration_s"), 0);
    pulsar.expect_orderly_exit();
}

TEST_P(BenchSignal, EndsAnIdleRun) {
    daemon pulsar({"--heartbeat-interval", "20ms", reports_often});
    process bench(
        bench_with({pulsar.address(), "--mode", "idle", "-w", "0s", "-c", "5", "--json"}));
    wait_for_total(pulsar, "heartbeats", 15);
    bench.send(GetParam());
    const auto run = finish(bench, bench_grace);
    expect_all_echoed(run);
    EXPECT_GT(run.result.count("heartbeats"), 0);
    pulsar.expect_orderly_exit();
}

TEST_P(BenchSignal, PrintsText) {
    daemon pulsar({reports_often});
    process bench(bench_with({pulsar.address(), "-w", "0s", "-d", "1h"}));
    wait_for_total(pulsar, "frames");
    bench.send(GetParam());
    EXPECT_EQ(bench.wait(bench_grace), exited(0));
    bench.out().wait_for_end();
    for (const auto* word : {"frames/s", "p99.9"})
        EXPECT_NE(bench.out().text().find(word), std::string::npos) << bench.out().text();
    pulsar.expect_orderly_exit();
}

TEST_P(BenchSignal, TheSecondOneKills) {
    std::atomic<int> silent = 0;
    fake_server server([&](fake_peer& client) {
        client.receive_frame();
        ++silent;
        client.ignore();
    });
    process bench(bench_with({server.address(), "-c", "1", "-w", "0s", "-d", "1h", "--json"}));
    ASSERT_TRUE(eventually([&] { return silent == 1; }));
    bench.send(GetParam());
    ASSERT_TRUE(eventually([&] { return !catches(bench.pid(), GetParam()); }, 1500ms));
    bench.send(GetParam());
    EXPECT_EQ(bench.wait(1s), killed_by(GetParam()));
    bench.out().wait_for_end();
    EXPECT_EQ(bench.out().text(), "");
}

INSTANTIATE_TEST_SUITE_P(Of, BenchSignal, testing::Values(SIGINT, SIGTERM), [](const auto& number) {
    return number.param == SIGINT ? "Sigint" : "Sigterm";
});

void expect_nothing_measured(const bench_run& run, int connections) {
    expect_all_echoed(run);
    EXPECT_EQ(run.result.count("connections"), connections);
    EXPECT_EQ(run.result.count("frames"), 0);
    EXPECT_EQ(run.result.real("duration_s"), 0);
}

TEST(BenchInterrupt, EndsTheConnecting) {
    for (const std::string mode : {"echo", "idle", "churn", "halfclose"}) {
        SCOPED_TRACE(mode);
        const full_queue server;
        process bench(bench_with({server.address(), "-c", "3", "-t", "2", "-d", "1h", "--mode",
                                  mode, "--timeout", "1h", "--json"}));
        // Its connections are on their way when a thread of each waits.
        ASSERT_TRUE(eventually([&] { return threads(bench.pid()) >= 3 && sleeps(bench.pid()); }));
        bench.send(SIGINT);
        const int none_held = 0;
        expect_nothing_measured(finish(bench, bench_grace), mode == "idle" ? none_held : 3);
    }
}

TEST(BenchInterrupt, EndsTheConnectingToAFullUnixSocket) {
    const temp_dir dir;
    const unix_address address(dir / "socket");
    const unique_fd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::bind(listener.get(), address.get(), address.size), 0);
    ASSERT_EQ(::listen(listener.get(), 0), 0);
    process bench(bench_with(
        {"unix:" + (dir / "socket"), "-c", "3", "-d", "1h", "--timeout", "1h", "--json"}));
    const unique_fd first(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    ASSERT_GE(first.get(), 0);
    bench.send(SIGINT);
    expect_nothing_measured(finish(bench, bench_grace), 3);
}

TEST(BenchInterrupt, KeepsWhatHadFailed) {
    const taken_port nobody;
    const full_queue server;
    process bench(bench_with({nobody.address(), server.address(), "-c", "2", "-t", "2", "-d", "1h",
                              "--timeout", "1h", "--json"}));
    // The second thread waits for its connection, and so the first has been refused its own.
    const auto connects = [&] {
        return std::ranges::any_of(watched_sockets(bench.pid()),
                                   [](const auto& epoll) { return epoll.second > 0; });
    };
    ASSERT_TRUE(eventually([&] { return connects() && sleeps(bench.pid()); }));
    bench.send(SIGINT);
    const auto run = finish(bench, bench_grace);
    EXPECT_EQ(run.how, exited(run_failed));
    expect_one_complaint(run.err, {"1 x refused"});
    EXPECT_EQ(run.result.errors(), 1);
}

/// While a name is being looked up, at a name server that never answers.
void expect_end_of_lookup() {
    set_resolver("nameserver 127.0.0.1\noptions timeout:30\n");
    const unique_fd silent(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(53);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(silent.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
        throw not_permitted("may not have port 53");
    }
    process bench(bench_with({"some.test:80", "-c", "3", "--json"}));
    std::array<char, 512> question{};
    ASSERT_GT(::recv(silent.get(), question.data(), question.size(), 0), 0);
    bench.send(SIGINT);
    expect_nothing_measured(finish(bench, bench_grace), 3);
}

TEST(BenchInterrupt, EndsTheLookupOfAName) {
    expect_passed(in_network_namespace(expect_end_of_lookup),
                  "the right to namespaces of a network and of mounts");
}

TEST(BenchInterrupt, WaitsAMomentForEchoesThatAreUnderWay) {
    std::atomic<int> silent = 0;
    fake_server server([&](fake_peer& client) {
        echo(client, 1);
        client.receive_frame();
        ++silent;
        client.ignore();
    });
    process bench(bench_with({server.address(), "-c", "2", "-w", "0s", "-d", "1h", "--json"}));
    ASSERT_TRUE(eventually([&] { return silent == 2; }));
    bench.send(SIGINT);
    const auto run = finish(bench, bench_grace);
    EXPECT_EQ(run.how, exited(run_failed));
    expect_one_complaint(run.err, {"timeout"});
    EXPECT_EQ(run.result.count("frames"), 2);
    EXPECT_EQ(run.result.count("lost_frames"), 2);
    EXPECT_EQ(run.result.errors("timeout"), 2);
}

TEST(BenchInterrupt, OfTheWarmUpMeasuresNothingOfWhatIsFinishedLater) {
    std::atomic<bool> begun = false;
    fake_server server([&](fake_peer& client) {
        const auto some = client.receive_some();
        begun = true;
        std::this_thread::sleep_for(1500ms);  // beyond where the warm-up would have ended
        client.send(some);
        for (;;) {
            const auto more = client.receive_some();
            if (more.empty()) return;
            client.send(more);
        }
    });
    process bench(bench_with({server.address(), "--mode", "halfclose", "-c", "1", "-p", "4", "-s",
                              "8MiB", "-w", "1s", "-d", "1h", "--timeout", "1h", "--json"}));
    ASSERT_TRUE(eventually([&] { return begun.load(); }));
    bench.send(SIGINT);
    expect_nothing_measured(finish(bench, bench_grace), 1);
}

TEST(BenchInterrupt, DoesNotProlongTheWaitForEchoesAfterTheEnd) {
    std::atomic<int> silent = 0;
    fake_server server([&](fake_peer& client) {
        client.receive_frame();
        ++silent;
        client.ignore();
    });
    process bench(bench_with(
        {server.address(), "-c", "1", "-w", "0s", "-d", "500ms", "--timeout", "4s", "--json"}));
    ASSERT_TRUE(eventually([&] { return silent == 1; }));
    std::this_thread::sleep_for(3s);  // of the 4.5 s
    bench.send(SIGINT);
    EXPECT_EQ(finish(bench, 3s).how, exited(run_failed));
}

}  // namespace
}  // namespace pulsar::test::bench_signals_test
