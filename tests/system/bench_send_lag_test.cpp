// How late frames go out is the generator's own doing, and no server's.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/fake_server.hpp"
#include "support/json.hpp"
#include "support/process_usage.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <poll.h>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace pulsar::test::bench_send_lag_test {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using strings = std::vector<std::string>;

double lag_ms(const bench_result& result, std::string_view statistic) {
    return result.object().at("send_lag_us").at(statistic).to_number<double>() / 1000;
}

double ms_since(steady_clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(steady_clock::now() - begin).count();
}

TEST(BenchSendLag, IsThatOfAGeneratorThatWasStopped) {
    daemon pulsar({reports_often});
    process bench(bench_with({pulsar.address(), "-c", "4", "-w", "0s", "-d", "1h", "-r", "1000",
                              "-p", "200", "--json"}));
    wait_for_total(pulsar, "frames");
    bench.send(SIGSTOP);
    std::this_thread::sleep_for(300ms);  // what is tested
    bench.send(SIGCONT);
    bench.send(SIGINT);
    const auto run = finish(bench, bench_grace);
    expect_all_echoed(run);
    EXPECT_GT(lag_ms(run.result, "max"), 250);
    EXPECT_GT(lag_ms(run.result, "p99"), 100) << "a frame was due in each millisecond";
    EXPECT_LE(lag_ms(run.result, "p50"), lag_ms(run.result, "p99"));
    EXPECT_LE(lag_ms(run.result, "p99"), lag_ms(run.result, "max") * 1.01);
    pulsar.expect_orderly_exit();
}

/// Most of what was due meanwhile then waits for the echoes of the first, which wait for nothing.
TEST(BenchSendLag, IsThatOfAGeneratorThatWasStoppedWhereThePipelineIsShort) {
    daemon pulsar({reports_often});
    process bench(
        bench_with({pulsar.address(), "-c", "2", "-w", "0s", "-d", "1h", "-r", "1000", "--json"}));
    wait_for_total(pulsar, "frames");
    bench.send(SIGSTOP);
    std::this_thread::sleep_for(500ms);  // what is tested
    bench.send(SIGCONT);
    wait_for_total(pulsar, "frames", 500);
    bench.send(SIGINT);
    const auto run = finish(bench, bench_grace);
    expect_all_echoed(run);
    EXPECT_GT(lag_ms(run.result, "p99"), 300) << "a frame was due in each millisecond";
    EXPECT_GT(lag_ms(run.result, "p99"), run.result.latency_ms("p99") * 0.9);
    EXPECT_TRUE(run.result.object().at("generator_limited").as_bool());
    pulsar.expect_orderly_exit();
}

/// Has frames that are due wait for a server that does nothing for a while, and expects that this
/// while is no lag. The client cannot go on since the server has `before` of the frames or, if that
/// is none, as much of the first as the sockets hold. Once it has `frames`, the run is ended.
void expect_no_lag(int frames, int before, const strings& flags) {
    SCOPED_TRACE(testing::PrintToString(flags));
    const auto begin = steady_clock::now();
    std::atomic<pid_t> bench_pid = 0;
    std::atomic<int> came = 0;
    std::atomic<double> held_ms = 0;
    std::atomic<double> last_came_ms = 0;
    const fake_server server([&](fake_peer& client) {
        std::string received;
        for (int i = 0; i < before; ++i)
            received += client.receive_frame();
        if (before == 0) {
            std::vector<pollfd> input{{client.descriptor(), POLLIN, 0}};
            client.poll(input, -1);
            EXPECT_TRUE(eventually([&] { return bench_pid != 0 && sleeps(bench_pid); }));
        }
        const auto since = steady_clock::now();
        std::this_thread::sleep_for(1s);  // what is tested
        held_ms = ms_since(since);
        client.send(received);
        for (came = before;;) {
            const auto frame = client.receive_frame();
            last_came_ms = ms_since(begin);
            ++came;
            client.send(frame);
        }
    });
    process bench(bench_with(
        {server.address(), "-c", "1", "-w", "0s", "-d", "1h", "--timeout", "1h", "--json"}, flags));
    bench_pid = bench.pid();
    EXPECT_TRUE(eventually([&] { return came >= frames; }, 60s));
    bench.send(SIGINT);
    const auto run = finish(bench, 60s);
    expect_all_echoed(run);
    EXPECT_GE(run.result.latency_ms("max"), held_ms * 0.99);
    // A slow machine may be late by no more than the rest of the time.
    EXPECT_LE(lag_ms(run.result, "max"), last_came_ms - held_ms);
}

TEST(BenchSendLag, IsNotThatOfAServerThatWasStopped) {
    expect_no_lag(2, 1, {"-p", "1", "-r", "1000"});
    expect_no_lag(400, 200, {"-p", "200", "-r", "100000"});
}

TEST(BenchSendLag, IsNotThatOfASocketThatWasFull) {
    expect_no_lag(2, 0, {"-p", "2", "-r", "100", "-s", "20MiB"});
}

TEST(BenchSendLag, IsSmallWhereAnEchoMakesRoomBeforeTheNextFrameOfAnotherConnection) {
    // Due: a frame of the first at 0 s, of the second at 0.5 s, of the first at 1 s, of the second
    // at 1.5 s. The first echo comes with the second.
    std::atomic<int> came = 0;
    const fake_server server([&](fake_peer& client) {
        for (;;) {
            const auto frame = client.receive_frame();
            ++came;
            EXPECT_TRUE(eventually([&] { return came >= 2; }));
            client.send(frame);
        }
    });
    const auto result =
        expect_all_echoed({server.address(), "-c", "2", "-w", "0s", "-d", "2s", "-r", "2"});
    EXPECT_EQ(result.count("frames"), 4);
    EXPECT_LT(lag_ms(result, "max"), 300);
}

TEST(BenchSendLag, IsToldOfFramesWithARateOnly) {
    daemon pulsar;
    for (const auto& flags :
         {strings{"-n", "10"}, strings{"-c", "1", "-r", "1", "-w", "100ms", "-d", "200ms"}}) {
        auto all = flags;
        all.push_back(pulsar.address());
        EXPECT_TRUE(expect_all_echoed(all).object().at("send_lag_us").is_null());
    }
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::bench_send_lag_test
