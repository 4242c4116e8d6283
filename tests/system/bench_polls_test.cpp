// How often pulsar-bench calls epoll_wait(2) when it is faster than the server: once for each time
// that something comes. What it does beyond that would be measured as the server's.

#include "support/bench.hpp"
#include "support/fake_server.hpp"
#include "support/fault_injector.hpp"
#include "support/process_usage.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::test::bench_polls_test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t pieces = 200;

class BenchPolls : public fault_injection {
  protected:
    /// The calls of one connection, from its first frame at the latest until its end.
    std::size_t polls(const fake_server& server, const std::vector<std::string>& flags) {
        auto load = bench_with({server.address(), "-c", "1", "-w", "0s", "--json"});
        load.command.insert(load.command.end(), flags.begin(), flags.end());
        load.environment = how.environment;
        process bench(load);
        launch trace;
        trace.command = {"strace",           "-f", "-e",
                         "trace=epoll_wait", "-p", std::to_string(bench.pid())};
        process strace(trace);
        if (!strace.err().wait_for_line(" attached")) throw std::runtime_error(strace.transcript());
        traced_ = bench.pid();
        expect_all_echoed(finish(bench, 60s));
        strace.wait();
        strace.err().wait_for_end();
        return occurrences(strace.err().text(), "epoll_wait(");
    }

    /// Once it is traced, and waits.
    void wait_for_client() const {
        EXPECT_TRUE(eventually([this] { return traced_ != 0 && sleeps(traced_); }));
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
    const auto calls = polls(server, {"-n", std::to_string(pieces)});
    EXPECT_GE(calls, pieces);
    EXPECT_LT(calls, pieces * 3 / 2);
}

TEST_F(BenchPolls, OncePerConnection) {
    const fake_server server([this](fake_peer& client) {
        const auto frame = client.receive_frame();
        wait_for_client();
        client.send(frame);
        client.stall();
    });
    const auto calls = polls(server, {"--mode", "churn", "-n", std::to_string(pieces)});
    EXPECT_GE(calls, pieces);
    EXPECT_LT(calls, pieces * 3 / 2);
}

TEST_F(BenchPolls, OncePerPieceOfAnEchoAfterItHadToWaitForRoomToSend) {
    const fake_server server([this](fake_peer& client) {
        wait_for_client();  // more than the sockets hold is not sent by now
        const auto frame = client.receive_frame();
        for (std::size_t i = 0; i < pieces; ++i) {
            wait_for_client();
            const auto begin = frame.size() * i / pieces;
            client.send(
                std::string_view(frame).substr(begin, frame.size() * (i + 1) / pieces - begin));
        }
    });
    const auto calls = polls(server, {"-n", "1", "-s", "16MiB"});
    EXPECT_GE(calls, pieces);
    EXPECT_LT(calls, pieces * 3 / 2);
}

}  // namespace
}  // namespace pulsar::test::bench_polls_test
