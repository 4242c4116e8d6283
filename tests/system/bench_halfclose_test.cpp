// Connections that are half closed: after FIN the server still owes all echoes, and then its own
// FIN.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/fake_server.hpp"
#include "support/frames.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <linux/sockios.h>
#include <mutex>
#include <string>
#include <string_view>
#include <sys/ioctl.h>
#include <vector>

namespace pulsar::test::bench_halfclose_test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

strings with(const std::string& address, const strings& flags) {
    strings all{address, "--mode", "halfclose", "-w", "0s"};
    all.insert(all.end(), flags.begin(), flags.end());
    return all;
}

/// Four frames on one connection, to a server that has them all when it is called.
bench_run run_against(const std::function<void(fake_peer&, const strings&)>& answer,
                      const std::string& timeout = "10s") {
    const fake_server server([&](fake_peer& client) {
        strings frames;
        for (int i = 0; i < 4; ++i)
            frames.push_back(client.receive_frame());
        EXPECT_EQ(client.receive_some(), "") << "FIN follows at once";
        answer(client, frames);
    });
    return run_bench(
        with(server.address(), {"-c", "1", "-p", "4", "-n", "4", "--timeout", timeout}), 10s);
}

void send_all(fake_peer& client, const strings& frames) {
    for (const auto& frame : frames)
        client.send(frame);
}

void expect_error(const bench_run& run, const std::string& kind, const std::string& words) {
    EXPECT_EQ(run.how, exited(run_failed));
    expect_one_complaint(run.err, {kind, words});
    EXPECT_EQ(run.result.errors(kind), 1);
    EXPECT_EQ(run.result.errors(), 1);
}

TEST(BenchHalfClose, SendsThePipelineOnEachConnection) {
    daemon pulsar;
    const auto result =
        expect_all_echoed(with(pulsar.address(), {"-n", "400", "-p", "4", "-c", "5"}));
    EXPECT_EQ(result.count("frames"), 400);
    const auto stopped = pulsar.expect_orderly_exit();
    EXPECT_EQ(number(stopped, "frames"), 400);
    EXPECT_EQ(number(stopped, "connections"), 100);
    for (const auto& closed : pulsar.events("connection", "closed")) {
        EXPECT_EQ(text(closed, "reason"), "peer_closed");
        EXPECT_EQ(number(closed, "frames"), 4);
    }
}

TEST(BenchHalfClose, TheLastConnectionSendsTheRest) {
    std::mutex mutex;
    std::vector<int> frames;  // by connection
    fake_server server([&](fake_peer& client) {
        std::string bytes;
        int count = 0;
        for (;;) {
            const auto more = client.receive_some();
            if (more.empty()) break;
            bytes += more;
        }
        for (auto rest = std::string_view(bytes); !rest.empty(); ++count)
            rest.remove_prefix(first_frame(rest).size());
        {
            const std::lock_guard lock(mutex);
            frames.push_back(count);
        }
        client.send(bytes);
    });
    const auto result =
        expect_all_echoed(with(server.address(), {"-n", "10", "-p", "4", "-c", "1"}));
    EXPECT_EQ(result.count("frames"), 10);
    const std::lock_guard lock(mutex);
    EXPECT_EQ(frames, (std::vector<int>{4, 4, 2}));
}

TEST(BenchHalfClose, FinishesWhatIsUnderWayAtTheEnd) {
    daemon pulsar;
    const auto result =
        expect_all_echoed(with(pulsar.address(), {"-d", "300ms", "-p", "3", "-c", "4", "-t", "2"}));
    const auto frames = result.count("frames");
    EXPECT_GT(frames, 0);
    EXPECT_EQ(frames % 3, 0);
    EXPECT_EQ(number(pulsar.expect_orderly_exit(), "frames"), frames);
}

TEST(BenchHalfClose, FramesLargerThanTheSockets) {
    const temp_dir dir;
    daemon pulsar({"--listen", "unix:" + (dir / "socket"), "--max-frame-size", "16MiB"});
    const auto result = expect_all_echoed(
        with(pulsar.address(), {"-n", "8", "-p", "2", "-c", "2", "-s", "10MiB"}), 30s);
    EXPECT_EQ(result.count("frames"), 8);
    pulsar.expect_orderly_exit();
}

TEST(BenchHalfClose, HeartbeatsAreNoError) {
    const auto run = run_against([](fake_peer& client, const strings& frames) {
        for (const auto& frame : frames)
            client.send(heartbeat + frame);
        client.send(heartbeat);
    });
    expect_all_echoed(run);
    EXPECT_EQ(run.result.count("frames"), 4);
    EXPECT_EQ(run.result.count("heartbeats"), 5);
}

TEST(BenchHalfClose, TellsOfEchoesThatAreCutOff) {
    const auto run =
        run_against([](fake_peer& client, const strings& frames) { client.send(frames.front()); });
    expect_error(run, "closed", "closed by the server with 3 of 4 echoes missing, after our FIN");
    EXPECT_EQ(run.result.count("frames"), 1);
    EXPECT_EQ(run.result.count("lost_frames"), 3);
}

TEST(BenchHalfClose, TellsOfAConnectionThatIsCutOffByAReset) {
    const auto run = run_against([](fake_peer& client, const strings&) { client.reset(); });
    expect_error(run, "reset", "with 4 of 4 echoes missing, after our FIN");
    EXPECT_EQ(run.result.count("lost_frames"), 4);
}

TEST(BenchHalfClose, TellsOfAResetAfterTheEchoes) {
    const auto run = run_against([&](fake_peer& client, const strings& frames) {
        send_all(client, frames);
        // The reset drops what is still on its way.
        EXPECT_TRUE(eventually([&] {
            int bytes = -1;
            return ::ioctl(client.descriptor(), SIOCOUTQ, &bytes) == 0 && bytes == 0;
        }));
        client.reset();
    });
    expect_error(run, "reset", "after all echoes, in place of its FIN");
    EXPECT_EQ(run.result.count("frames"), 4);
    EXPECT_EQ(run.result.count("lost_frames"), 0);
}

TEST(BenchHalfClose, TellsOfAnEndThatDoesNotCome) {
    const auto run = run_against(
        [](fake_peer& client, const strings& frames) {
            send_all(client, frames);
            client.hold();
        },
        "300ms");
    expect_error(run, "timeout", "no end of the stream (FIN) after them within 300ms");
    EXPECT_EQ(run.result.count("frames"), 4);
    EXPECT_EQ(run.result.count("lost_frames"), 0);
}

TEST(BenchHalfClose, TellsOfMoreThanTheEchoes) {
    const auto run = run_against([](fake_peer& client, const strings& frames) {
        send_all(client, frames);
        client.send(frames.back());
        client.hold();
    });
    expect_error(run, "mismatch", "waits for one");
    EXPECT_EQ(run.result.count("frames"), 4);
    EXPECT_EQ(run.result.count("lost_frames"), 0);
}

TEST(BenchHalfClose, TellsOfAHeartbeatThatIsCutOff) {
    const auto run = run_against([](fake_peer& client, const strings& frames) {
        send_all(client, frames);
        client.send(heartbeat.substr(0, 7));
    });
    expect_error(run, "closed", "inside a heartbeat");
    EXPECT_EQ(run.result.count("lost_frames"), 0);
}

TEST(BenchHalfClose, TellsOfEchoesThatDoNotComeInTime) {
    std::atomic<int> silent = 0;
    const fake_server server([&](fake_peer& client) {
        for (int i = 0; i < 4; ++i)
            client.receive_frame();
        ++silent;
        client.hold();
    });
    process bench(bench_with(with(
        server.address(), {"-c", "2", "-p", "4", "-d", "1h", "--timeout", "300ms", "--json"})));
    EXPECT_TRUE(eventually([&] { return silent == 2; }));
    bench.send(SIGINT);
    const auto run = finish(bench, bench_grace);
    EXPECT_EQ(run.how, exited(run_failed));
    EXPECT_EQ(run.result.errors("timeout"), 2) << run.err;
    EXPECT_EQ(run.result.count("lost_frames"), 8);
}

}  // namespace
}  // namespace pulsar::test::bench_halfclose_test
