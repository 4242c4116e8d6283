// How often pulsar-bench calls epoll_wait(2) when it is faster than the server: once for each time
// that something comes. What it does beyond that would be measured as the server's.

#include "support/bench.hpp"
#include "support/fake_server.hpp"
#include "support/fault_injector.hpp"
#include "support/markdown.hpp"
#include "support/process_usage.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::test::bench_polls_test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t pieces = 200;

struct calls {
    std::size_t polls = 0;
    std::size_t in_vain = 0;  ///< that had nothing to read behind them, nor room to send
};

/// Of what strace shows. A piece may come in parts, and a socket be full, on a machine that has
/// much to do.
calls calls_in(const std::string& trace) {
    calls counted;
    std::size_t useful = 0;
    for (const auto& line : lines_of(trace)) {
        if (contains(line, "epoll_wait(")) ++counted.polls;
        const auto value = line.rfind(" = ");
        const bool has_read = contains(line, "recvfrom") && value != line.npos &&
                              line[value + 3] >= '1' && line[value + 3] <= '9';
        const bool waits_for_room = contains(line, "sendto") && contains(line, "EAGAIN");
        if (has_read || waits_for_room) ++useful;
    }
    counted.in_vain = counted.polls - std::min(counted.polls, useful);
    return counted;
}

class BenchPolls : public fault_injection {
  protected:
    /// The calls of one connection, from its first frame at the latest until its end.
    calls traced(const fake_server& server, const std::vector<std::string>& flags) {
        auto load = bench_with({server.address(), "-c", "1", "-w", "0s", "--json"}, flags);
        load.environment = how.environment;
        process bench(load);
        launch trace;
        trace.command = {"strace", "-f",
                         "-e",     "trace=epoll_wait,recvfrom,sendto",
                         "-p",     std::to_string(bench.pid())};
        process strace(trace);
        if (!strace.err().wait_for_line(" attached")) throw std::runtime_error(strace.transcript());
        traced_ = bench.pid();
        expect_all_echoed(finish(bench, 60s));
        strace.wait();
        strace.err().wait_for_end();
        return calls_in(strace.err().text());
    }

    /// Once it is traced, and waits.
    void wait_for_client() const {
        EXPECT_TRUE(eventually([this] { return traced_ != 0 && sleeps(traced_); }));
    }

    /// Once what is under way is echoed.
    void end_run() const {
        if (traced_ > 0) ::kill(traced_, SIGINT);
    }

  private:
    std::atomic<pid_t> traced_ = 0;
};

TEST_F(BenchPolls, OncePerFrame) {
    const fake_server server([this](fake_peer& client) {
        for (;;) {
            const auto frame = client.receive_frame();
            wait_for_client();
            client.send(frame);
        }
    });
    const auto counted = traced(server, {"-n", std::to_string(pieces)});
    EXPECT_GE(counted.polls, pieces);
    EXPECT_LT(counted.in_vain, pieces / 2);
}

TEST_F(BenchPolls, OncePerConnection) {
    const fake_server server([this](fake_peer& client) {
        const auto frame = client.receive_frame();
        wait_for_client();
        client.send(frame);
        client.stall();
    });
    const auto counted = traced(server, {"--mode", "churn", "-n", std::to_string(pieces)});
    EXPECT_GE(counted.polls, pieces);
    EXPECT_LT(counted.in_vain, pieces / 2);
}

TEST_F(BenchPolls, OncePerPieceOfAnEchoAfterItHadToWaitForRoomToSend) {
    const fake_server server([this](fake_peer& client) {
        wait_for_client();  // more than the sockets hold is not sent by now
        const auto frame = client.receive_frame();
        end_run();
        for (std::size_t i = 0; i < pieces; ++i) {
            wait_for_client();
            const auto begin = frame.size() * i / pieces;
            client.send(
                std::string_view(frame).substr(begin, frame.size() * (i + 1) / pieces - begin));
        }
    });
    const auto counted = traced(server, {"-d", "1h", "--timeout", "1h", "-s", "16MiB"});
    EXPECT_GE(counted.polls, pieces);
    EXPECT_LT(counted.in_vain, pieces / 2);
}

TEST_F(BenchPolls, NoMoreForARateWhoseFramesCannotGoOut) {
    const auto ignore = [](fake_peer& client) { client.ignore(); };
    const auto stall = [](fake_peer& client) { client.stall(); };
    const auto close = [](fake_peer& client) { client.close(); };
    struct {
        std::string why;
        fake_server::behaviour serve;
        std::vector<std::string> flags;
    } const cases[] = {{"all frames are sent", ignore, {"-n", "2"}},
                       {"the pipeline is full", ignore, {"-d", "1s", "-p", "3"}},
                       {"the sockets are full", stall, {"-d", "1s", "-p", "3", "-s", "20MiB"}},
                       {"no connection is there", close, {"-d", "1s", "--reconnect"}}};
    for (const auto& [why, serve, flags] : cases) {
        SCOPED_TRACE(why);
        const fake_server server(serve);
        const temp_dir dir;
        auto load = bench_with({server.address(), "-c", "2", "-w", "0s", "-r", "1000000",
                                "--timeout", "100ms", "--json"},
                               flags);
        const std::vector<std::string> traced{"strace",           "-f", "-qq",        "-e",
                                              "trace=epoll_wait", "-o", dir / "trace"};
        load.command.insert(load.command.begin(), traced.begin(), traced.end());
        load.environment = how.environment;
        process bench(load);
        EXPECT_EQ(finish(bench, 60s).how, exited(run_failed));
        const std::size_t enough = 1000;  // it lasts up to 6 s, and no sleep longer than 10 ms
        EXPECT_LT(calls_in(read_file(dir / "trace")).polls, enough);
    }
}

}  // namespace
}  // namespace pulsar::test::bench_polls_test
