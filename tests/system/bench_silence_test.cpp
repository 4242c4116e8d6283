// A server that keeps its connections and does not echo: no run waits for it longer than it may.

#include "support/bench.hpp"
#include "support/fake_server.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <list>
#include <string>
#include <utility>
#include <vector>

namespace pulsar::test::bench_silence_test {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using strings = std::vector<std::string>;

void ignore(fake_peer& client) {
    client.ignore();
}

void stall(fake_peer& client) {
    client.stall();
}

void echo_one(fake_peer& client) {
    echo(client, 1);
    client.ignore();
}

void flood_with_heartbeats(fake_peer& client) {
    std::string many;
    for (int i = 0; i < 10'000; ++i)
        many += heartbeat;
    for (;;)
        client.send(many);
}

/// A run under way, three connections to a server of its own.
struct unanswered_run {
    std::string name;
    fake_server server;
    process bench;

    unanswered_run(std::string what, fake_server::behaviour serve, const strings& flags)
        : name(std::move(what)), server(std::move(serve)), bench(command(flags)) {}

    launch command(const strings& flags) {
        return bench_with({server.address(), "-w", "0s", "-d", "300ms", "-c", "3", "--json"},
                          flags);
    }
};

TEST(BenchSilence, IsATimeout) {
    // All at once: each of them waits for 2 s.
    std::list<unanswered_run> runs;
    runs.emplace_back("only reads", ignore, strings{});
    runs.emplace_back("only reads, in churn", ignore, strings{"--mode", "churn"});
    runs.emplace_back("does not read", stall, strings{"-s", "20MiB", "-p", "2"});
    runs.emplace_back("echoes one", echo_one, strings{"-r", "1000", "-p", "4", "-t", "2"});
    runs.emplace_back("sends heartbeats", flood_with_heartbeats, strings{});
    for (auto& run : runs) {
        SCOPED_TRACE(run.name);
        const auto [how, result, err] = finish(run.bench, 300ms + bench_grace);
        EXPECT_EQ(how, exited(run_failed));
        expect_one_complaint(err, {"timeout"});
        EXPECT_EQ(result.errors("timeout"), 3);
        EXPECT_EQ(result.errors(), 3);
        EXPECT_GE(result.count("lost_frames"), 3);
        EXPECT_EQ(result.real("duration_s"), 0.3);
    }
}

TEST(BenchSilence, IsWaitedForAsLongAsTheTimeoutSays) {
    struct {
        std::string timeout;
        milliseconds at_least;
        milliseconds less_than;
    } const cases[] = {{"100ms", 400ms, 2200ms}, {"4s", 4300ms, 7s}};
    for (const auto& [timeout, at_least, less_than] : cases) {
        SCOPED_TRACE(timeout);
        const auto begin = steady_clock::now();
        unanswered_run run("only reads", ignore, {"--timeout", timeout});
        const auto [how, result, err] = finish(run.bench, less_than);
        EXPECT_GE(steady_clock::now() - begin, at_least);
        EXPECT_EQ(how, exited(run_failed));
        expect_one_complaint(err, {"no echo of frame 0 within " + timeout + " of the end"});
        EXPECT_EQ(result.errors("timeout"), 3);
    }
}

TEST(BenchSilence, EndsARunOfANumberOfFrames) {
    fake_server server(echo_one);
    // Five seconds without an echo, and after these two more in which one may come.
    const auto [how, result, err] =
        run_bench({server.address(), "-c", "2", "-n", "1000"}, 7s + bench_grace);
    EXPECT_EQ(how, exited(run_failed));
    expect_one_complaint(err, {"timeout"});
    EXPECT_EQ(result.errors("timeout"), 2);
    EXPECT_EQ(result.count("frames"), 2);
    EXPECT_EQ(result.count("lost_frames"), 2);
}

TEST(BenchSilence, IsWhatAnIdleRunWants) {
    fake_server server(flood_with_heartbeats);
    const auto result = expect_all_echoed(
        {server.address(), "--mode", "idle", "-w", "0s", "-d", "300ms", "-c", "3"},
        300ms + bench_grace);
    EXPECT_GT(result.count("heartbeats"), 0);
}

}  // namespace
}  // namespace pulsar::test::bench_silence_test
