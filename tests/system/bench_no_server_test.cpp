// Where there is nobody to connect to.

#include "support/bench.hpp"
#include "support/process_usage.hpp"
#include "support/temp_dir.hpp"
#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <vector>

namespace pulsar::test {
namespace {

using namespace std::chrono_literals;

constexpr int failed = 1;

// The modes connect at different times.
const std::array<std::string, 3> modes{"echo", "idle", "churn"};

unique_fd stream_socket(int family) {
    unique_fd made(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (made.get() < 0) throw std::system_error(errno, std::generic_category(), "socket");
    return made;
}

/// Holds a port of 127.0.0.1. Nobody listens on it.
class taken_port {
  public:
    taken_port() {
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address_;
        EXPECT_EQ(::bind(socket_.get(), bound(), size), 0);
        EXPECT_EQ(::getsockname(socket_.get(), bound(), &size), 0);
    }
    [[nodiscard]] std::string address() const {
        return "127.0.0.1:" + std::to_string(ntohs(address_.sin_port));
    }

  protected:
    sockaddr* bound() { return reinterpret_cast<sockaddr*>(&address_); }

    sockaddr_in address_{};
    unique_fd socket_ = stream_socket(AF_INET);
};

/// Listens, and has so many clients waiting that another gets no answer.
class full_queue : public taken_port {
  public:
    full_queue() {
        EXPECT_EQ(::listen(socket_.get(), 0), 0);
        for (int i = 0; i < 4; ++i) {
            waiting_.push_back(stream_socket(AF_INET));
            ::connect(waiting_.back().get(), bound(), sizeof address_);
        }
    }

  private:
    std::vector<unique_fd> waiting_;
};

TEST(BenchNoServer, OnThePort) {
    const taken_port port;
    for (const auto& mode : modes) {
        expect_refusal({port.address(), "-d", "1h", "--mode", mode}, failed,
                       {port.address(), "Connection refused"}, bench_grace);
    }
}

TEST(BenchNoServer, OfThatName) {
    for (const auto& mode : modes) {
        expect_refusal({"nohost.invalid:80", "--mode", mode}, failed, {"nohost.invalid:80"}, 20s);
    }
}

TEST(BenchNoServer, AtThePath) {
    const temp_dir dir;
    const auto file = dir / "file";
    write_file(file, "");
    for (const auto& mode : modes) {
        expect_refusal({"unix:" + (dir / "socket"), "-d", "1h", "--mode", mode}, failed,
                       {"unix:" + (dir / "socket"), "No such file or directory"}, bench_grace);
        expect_refusal({"unix:" + file, "-d", "1h", "--mode", mode}, failed,
                       {"unix:" + file, "Connection refused"}, bench_grace);
    }
}

TEST(BenchNoServer, ThatAnswers) {
    for (const auto* mode : {"echo", "churn"}) {
        const full_queue server;
        expect_refusal({server.address(), "-d", "1h", "--mode", mode}, failed, {server.address()},
                       bench_grace);
    }
}

TEST(BenchNoServer, ThatTakesClientsOfItsUnixSocket) {
    const temp_dir dir;
    const auto path = dir / "socket";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path.c_str());
    const auto* const bound = reinterpret_cast<const sockaddr*>(&address);
    const auto listener = stream_socket(AF_UNIX);
    ASSERT_EQ(::bind(listener.get(), bound, sizeof address), 0);
    ASSERT_EQ(::listen(listener.get(), 0), 0);
    const auto waiting = stream_socket(AF_UNIX);
    ASSERT_EQ(::connect(waiting.get(), bound, sizeof address), 0);
    for (const auto* mode : {"echo", "churn"}) {
        expect_refusal({"unix:" + path, "-d", "1h", "--mode", mode}, failed, {"unix:" + path},
                       bench_grace);
    }
}

TEST(BenchNoServer, ThatAnswersBeforeCtrlC) {
    const full_queue server;
    process bench(bench_with({server.address(), "-c", "3", "-d", "1h", "--json"}));
    ASSERT_TRUE(eventually([&] { return catches(bench.pid(), SIGINT); }));
    bench.send(SIGINT);
    const auto [how, result, err] = finish(bench, bench_grace);
    EXPECT_EQ(how, exited(failed));
    expect_one_complaint(err, {"timeout"});
    EXPECT_EQ(result.errors("timeout"), 3);
    EXPECT_EQ(result.count("frames"), 0);
}

}  // namespace
}  // namespace pulsar::test
