// The mode echo against the daemon, which must have counted what pulsar-bench has.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/network_namespace.hpp"
#include "support/process.hpp"
#include "support/process_usage.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace pulsar::test::bench_echo_test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

const strings for_a_moment{"-w", "0s", "-d", "200ms"};

strings with(strings flags, const strings& more) {
    flags.insert(flags.end(), more.begin(), more.end());
    return flags;
}

/// Runs it without warm-up, and expects the daemon to tell of the same frames. Some machines have
/// two addresses to try, so there may be a connection that was for that only.
bench_result expect_equal_counts(daemon& pulsar, const std::string& address, const strings& flags) {
    auto result = expect_all_echoed(with({address}, flags));
    const auto stopped = pulsar.expect_orderly_exit();
    const auto frames = result.count("frames");
    EXPECT_GT(frames, 0);
    EXPECT_EQ(number(stopped, "frames"), frames);
    EXPECT_EQ(number(stopped, "bytes_in"), result.count("payload_bytes") + 4 * frames);
    EXPECT_GE(number(stopped, "connections"), result.count("connections"));
    EXPECT_LE(number(stopped, "connections"), result.count("connections") + 1);
    EXPECT_EQ(result.object().at("address").as_string(), address);
    return result;
}

bench_result expect_equal_counts(const strings& flags) {
    daemon pulsar;
    return expect_equal_counts(pulsar, pulsar.address(), flags);
}

TEST(BenchEcho, Tcp) {
    expect_equal_counts(for_a_moment);
}

TEST(BenchEcho, Ipv6) {
    if (!has_ipv6()) GTEST_SKIP() << "the loopback interface has no IPv6";
    daemon pulsar({"--listen", "[::1]:0"});
    expect_equal_counts(pulsar, pulsar.address(), for_a_moment);
}

TEST(BenchEcho, UnixSocket) {
    const temp_dir dir;
    daemon pulsar({"--listen", "unix:" + (dir / "socket")});
    expect_equal_counts(pulsar, pulsar.address(), for_a_moment);
}

TEST(BenchEcho, HostName) {
    daemon pulsar;
    expect_equal_counts(pulsar, "localhost:" + pulsar.port(), for_a_moment);
}

TEST(BenchEcho, PortAlone) {
    daemon pulsar;
    expect_equal_counts(pulsar, ":" + pulsar.port(), for_a_moment);
}

TEST(BenchEcho, Pipelined) {
    expect_equal_counts(with(for_a_moment, {"-p", "32"}));
}

TEST(BenchEcho, SizesOfARange) {
    const auto result = expect_equal_counts({"-n", "2000", "-s", "0B-70000B", "-p", "8"});
    const auto mean = static_cast<double>(result.count("payload_bytes")) / 2000;
    EXPECT_NEAR(mean, 35'000, 5'000);
    EXPECT_EQ(result.object().at("frame_size").as_string(), "0B-70000B");
}

TEST(BenchEcho, EmptyFrames) {
    const auto result = expect_equal_counts(with(for_a_moment, {"-s", "0B", "-p", "8"}));
    EXPECT_EQ(result.count("payload_bytes"), 0);
}

TEST(BenchEcho, LargestFramesOfTheServer) {
    const auto result = expect_equal_counts({"-n", "40", "-c", "4", "-s", "1MiB", "-p", "2"});
    EXPECT_EQ(result.count("frames"), 40);
}

TEST(BenchEcho, FramesLargerThanTheSocketBuffers) {
    daemon pulsar({"--max-frame-size", "64MiB"});
    const auto address = pulsar.address();
    expect_equal_counts(pulsar, address, {"-n", "4", "-c", "2", "-s", "20MiB"});
}

TEST(BenchEcho, ThreadsShareTheConnections) {
    daemon pulsar({reports_often});
    process bench(
        bench_with({pulsar.address(), "-w", "0s", "-d", "1h", "-t", "3", "-c", "7", "--json"}));
    wait_for_total(pulsar, "frames");
    std::multiset<std::size_t> of_threads;
    for (const auto& [epoll, sockets] : watched_sockets(bench.pid())) {
        if (sockets > 0) of_threads.insert(sockets);
    }
    EXPECT_EQ(of_threads, (std::multiset<std::size_t>{2, 2, 3}));
    bench.send(SIGINT);
    const auto run = finish(bench);
    expect_all_echoed(run);
    EXPECT_EQ(run.result.count("threads"), 3);
    pulsar.expect_orderly_exit();
}

TEST(BenchEcho, MoreThreadsThanConnections) {
    EXPECT_EQ(expect_equal_counts(with(for_a_moment, {"-t", "8", "-c", "1"})).count("threads"), 1);
}

TEST(BenchEcho, ManyConnections) {
    expect_equal_counts({"-n", "3000", "-c", "600", "-t", "2"});
}

TEST(BenchEcho, ExactNumberOfFrames) {
    const auto result = expect_equal_counts({"-n", "1001", "-c", "7", "-p", "4", "-t", "2"});
    EXPECT_EQ(result.count("frames"), 1001);
}

TEST(BenchEcho, FewerFramesThanConnections) {
    const auto result = expect_equal_counts({"-n", "3", "-c", "10"});
    EXPECT_EQ(result.count("frames"), 3);
}

TEST(BenchEcho, FramesOfTheWarmUpAreNotMeasured) {
    daemon pulsar;
    const auto result = expect_all_echoed({pulsar.address(), "-w", "300ms", "-n", "500"});
    EXPECT_EQ(result.count("frames"), 500);
    EXPECT_EQ(result.real("warmup_s"), 0.3);
    EXPECT_GT(number(pulsar.expect_orderly_exit(), "frames"), 500);
}

TEST(BenchEcho, DurationIsThatAfterTheWarmUp) {
    daemon pulsar;
    const auto result = expect_all_echoed({pulsar.address(), "-w", "300ms", "-d", "200ms"});
    EXPECT_EQ(result.real("duration_s"), 0.2);
    EXPECT_GT(result.count("frames"), 0);
    EXPECT_GT(number(pulsar.expect_orderly_exit(), "frames"), result.count("frames"));
}

TEST(BenchEcho, EndsWithItsDuration) {
    daemon pulsar;
    // Not one that is over waits for echoes, which it would do for 2 s.
    for (int i = 0; i < 10; ++i)
        expect_all_echoed({pulsar.address(), "-c", "1", "-w", "0s", "-d", "20ms"}, 1500ms);
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::bench_echo_test
