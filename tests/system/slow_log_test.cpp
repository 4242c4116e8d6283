// A reader of the log that is slow, and not stuck, gets it whole; for five seconds at most.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/deadline.hpp"
#include "support/json.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"
#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <fcntl.h>
#include <optional>
#include <string>
#include <thread>
#include <unistd.h>

namespace pulsar::test::slow_log_test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t connections = 300;
constexpr std::size_t lines_of_a_connection = 4;  // task started, opened, closed, task finished
constexpr std::size_t pipe_size = 65'536;

class SlowLog : public testing::Test {
  protected:
    /// Lets the daemon log more than the pipe takes, which nobody reads, and stops it.
    void begin() {
        std::array<int, 2> ends{};
        ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
        read_end_ = unique_fd(ends[0]);
        unique_fd write_end(ends[1]);
        ASSERT_EQ(::fcntl(read_end_.get(), F_SETPIPE_SZ, pipe_size), int{pipe_size});
        auto how =
            pulsar_with({"--listen", listen_, "--log-format", "json", "--log-level", "debug"});
        how.standard[1] = write_end.get();
        pulsar_.emplace(how);
        ASSERT_TRUE(eventually([&] { return accepts(listen_); }));
        for (std::size_t i = 0; i < connections; ++i) {
            client socket(listen_);
            socket.shutdown_send();
            EXPECT_EQ(socket.receive_until_eof(), "");
        }
        pulsar_->send(SIGTERM);
        stopped_at_ = std::chrono::steady_clock::now();
    }

    /// So many bytes at a time, with a pause before each: the pace of the reader, not a wait.
    void read_slowly(std::size_t bytes, std::chrono::milliseconds pause) {
        std::string chunk(bytes, '\0');
        do {
            if (!ended_) std::this_thread::sleep_for(pause);
            const auto count = ::read(read_end_.get(), chunk.data(), chunk.size());
            ASSERT_GE(count, 0) << errno;
            chunk.resize(static_cast<std::size_t>(count));
            log_ += chunk;
        } while (!chunk.empty());
    }

    std::chrono::duration<double> since_the_signal() const {
        return std::chrono::steady_clock::now() - stopped_at_;
    }

    const temp_dir dir_;
    const std::string listen_ = "unix:" + (dir_ / "socket");
    unique_fd read_end_;
    std::optional<process> pulsar_;
    std::chrono::steady_clock::time_point stopped_at_;
    std::string log_;
    std::atomic<bool> ended_{false};  // then the rest can be read at once
};

TEST_F(SlowLog, GetsEveryLineAfterMoreThanHalfASecond) {
    begin();
    read_slowly(8192, 75ms);
    EXPECT_EQ(pulsar_->wait(), exited(0));
    EXPECT_GT(since_the_signal(), 1s) << "or the reader was not slow";
    const auto lines = parse_lines(log_);
    ASSERT_FALSE(lines.empty());
    EXPECT_EQ(text(lines.back(), "msg"), "stopped");
    std::size_t of_connections = 0;
    for (const auto& line : lines) {
        EXPECT_NE(text(line, "msg"), "dropped");
        if (text(line, "module") == "connection") ++of_connections;
    }
    EXPECT_GE(of_connections, connections * lines_of_a_connection);
}

TEST_F(SlowLog, IsGivenUpAfterFiveSeconds) {
    begin();
    std::thread reader([&] { read_slowly(4096, 250ms); });
    EXPECT_EQ(pulsar_->wait(20s), exited(0));
    const auto took = since_the_signal();
    ended_ = true;
    EXPECT_GE(took, 4.9s);
    EXPECT_LT(took, 5s + 1s * patience());
    reader.join();
    EXPECT_EQ(log_.find("\"stopped\""), log_.npos) << "or there was too little to write";
}

}  // namespace
}  // namespace pulsar::test::slow_log_test
