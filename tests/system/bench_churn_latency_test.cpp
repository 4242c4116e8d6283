// The latency of --mode churn counts from the connect, which a full accept queue delays.

#include "support/bench.hpp"
#include "support/deadline.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"
#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <netinet/in.h>
#include <poll.h>
#include <sstream>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <thread>

namespace pulsar::test::bench_churn_latency_test {
namespace {

/// A server that a test has to hand, with room for two connections in its queue.
class served_by_hand {
  public:
    /// On 127.0.0.1, or on a Unix socket.
    explicit served_by_hand(const std::string& path = {})
        : listener_(::socket(path.empty() ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        if (path.empty()) {
            auto* tcp = reinterpret_cast<sockaddr_in*>(&bound_);
            tcp->sin_family = AF_INET;
            tcp->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            size_ = sizeof *tcp;
        } else {
            auto* file = reinterpret_cast<sockaddr_un*>(&bound_);
            file->sun_family = AF_UNIX;
            path.copy(file->sun_path, sizeof file->sun_path - 1);
            size_ = sizeof *file;
        }
        if (::bind(listener_.get(), address(), size_) != 0 || ::listen(listener_.get(), 1) != 0 ||
            ::getsockname(listener_.get(), address(), &size_) != 0) {
            throw std::system_error(errno, std::generic_category(), "listen");
        }
    }

    [[nodiscard]] unsigned port() const {
        return ntohs(reinterpret_cast<const sockaddr_in*>(&bound_)->sin_port);
    }

    unique_fd accept() {
        pollfd ready{listener_.get(), POLLIN, 0};
        EXPECT_EQ(::poll(&ready, 1, deadline().poll_timeout()), 1);
        return unique_fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    }

    /// Clients that are queued, and keep others out until they are accepted.
    std::array<unique_fd, 2> fill_queue() {
        std::array<unique_fd, 2> fillers;
        for (auto& filler : fillers) {
            filler = unique_fd(::socket(bound_.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
            EXPECT_EQ(::connect(filler.get(), address(), size_), 0);
        }
        return fillers;
    }

    /// Whether a client has asked in vain to connect (proc(5)).
    [[nodiscard]] bool keeps_one_out() const {
        constexpr unsigned syn_sent = 2;
        std::istringstream table(read_file("/proc/net/tcp"));
        for (std::string line; std::getline(table, line);) {
            unsigned port_there = 0;
            unsigned state = 0;
            if (std::sscanf(line.c_str(), " %*u: %*x:%*x %*x:%x %x", &port_there, &state) == 2 &&
                port_there == port() && state == syn_sent) {
                return true;
            }
        }
        return false;
    }

  private:
    sockaddr* address() { return reinterpret_cast<sockaddr*>(&bound_); }

    unique_fd listener_;
    sockaddr_storage bound_{};
    socklen_t size_ = 0;
};

std::string receive(const unique_fd& socket) {
    std::array<char, 4096> bytes{};
    const auto size = ::recv(socket.get(), bytes.data(), bytes.size(), 0);
    EXPECT_GE(size, 0);
    return {bytes.data(), static_cast<std::size_t>(size)};
}

void send(const unique_fd& socket, const std::string& bytes) {
    EXPECT_EQ(::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
}

/// Two connections one after the other, the second of which is kept out until `kept_out` returns:
/// their latencies are all of the run's time.
void expect_all_of_the_time(served_by_hand& server, const std::string& address,
                            const std::function<void()>& kept_out) {
    process bench(bench_with({address, "--mode", "churn", "-c", "1", "-n", "2", "-w", "0s",
                              "--timeout", "10s", "--json"}));
    {
        const auto first = server.accept();
        const auto frame = receive(first);
        const auto fillers = server.fill_queue();
        send(first, frame);
        EXPECT_EQ(receive(first), "");
        kept_out();
        for (std::size_t i = 0; i < fillers.size(); ++i)
            server.accept();
    }
    const auto second = server.accept();
    send(second, receive(second));
    const auto run = finish(bench);
    expect_all_echoed(run);
    EXPECT_EQ(run.result.count("frames"), 2);
    const auto all_ms = run.result.real("duration_s") * 1000;
    const auto measured_ms = run.result.latency_ms("min") + run.result.latency_ms("max");
    EXPECT_GE(all_ms, 400) << "or nobody was kept out";
    EXPECT_GE(measured_ms, all_ms * 0.8);
    EXPECT_LE(measured_ms, all_ms * 1.01);
}

/// The kernel asks again after a second.
TEST(BenchChurnLatency, CountsFromTheConnect) {
    served_by_hand server;
    expect_all_of_the_time(server, "127.0.0.1:" + std::to_string(server.port()), [&] {
        EXPECT_TRUE(eventually([&] { return server.keeps_one_out(); }));
    });
}

/// Where it is pulsar-bench that asks again.
TEST(BenchChurnLatency, CountsTheTimeInFrontOfAFullQueueOfAUnixSocket) {
    const temp_dir dir;
    served_by_hand server(dir / "socket");
    expect_all_of_the_time(server, "unix:" + (dir / "socket"), [] {
        std::this_thread::sleep_for(std::chrono::milliseconds(500));  // what is measured
    });
}

}  // namespace
}  // namespace pulsar::test::bench_churn_latency_test
