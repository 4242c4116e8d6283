// Where there is nobody to connect to.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/full_queue.hpp"
#include "support/network_namespace.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"
#include "support/unique_fd.hpp"
#include "support/unix_address.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <list>
#include <string>
#include <sys/socket.h>
#include <system_error>
#include <vector>

namespace pulsar::test::bench_no_server_test {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using strings = std::vector<std::string>;

// The modes connect at different times.
const std::array<std::string, 3> modes{"echo", "idle", "churn"};

unique_fd unix_socket() {
    unique_fd made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (made.get() < 0) throw std::system_error(errno, std::generic_category(), "socket");
    return made;
}

TEST(BenchNoServer, OnThePort) {
    const taken_port port;
    for (const auto& mode : modes) {
        expect_refusal({port.address(), "-d", "1h", "--mode", mode}, run_failed,
                       {port.address(), "Connection refused"}, bench_grace);
    }
}

TEST(BenchNoServer, OfThatName) {
    for (const auto& mode : modes) {
        expect_refusal({"nohost.invalid:80", "--mode", mode}, run_failed, {"nohost.invalid:80"},
                       20s);
    }
}

TEST(BenchNoServer, AtThePath) {
    const temp_dir dir;
    const auto file = dir / "file";
    write_file(file, "");
    for (const auto& mode : modes) {
        expect_refusal({"unix:" + (dir / "socket"), "-d", "1h", "--mode", mode}, run_failed,
                       {"unix:" + (dir / "socket"), "No such file or directory"}, bench_grace);
        expect_refusal({"unix:" + file, "-d", "1h", "--mode", mode}, run_failed,
                       {"unix:" + file, "Connection refused"}, bench_grace);
    }
}

TEST(BenchNoServer, ThatAnswers) {
    for (const auto* mode : {"echo", "churn"}) {
        const full_queue server;
        expect_refusal({server.address(), "-d", "1h", "--mode", mode}, run_failed,
                       {server.address()}, bench_grace);
    }
}

TEST(BenchNoServer, ThatAnswersInTime) {
    struct {
        strings timeout;
        milliseconds at_least;
        milliseconds less_than;
    } const cases[] = {
        {{"--timeout", "300ms"}, 300ms, 1900ms}, {{}, 2s, 3900ms}, {{"--timeout", "4s"}, 4s, 7s}};
    const full_queue server;
    for (const auto* mode : {"echo", "churn"}) {
        const auto begin = steady_clock::now();
        std::list<process> runs;
        for (const auto& [timeout, at_least, less_than] : cases) {
            auto flags = timeout;
            flags.insert(flags.end(), {server.address(), "-d", "1h", "--mode", mode});
            runs.emplace_back(bench_with(flags));
        }
        for (const auto& [timeout, at_least, less_than] : cases) {
            SCOPED_TRACE(mode + testing::PrintToString(timeout));
            EXPECT_EQ(runs.front().wait(), exited(run_failed));
            const auto taken = steady_clock::now() - begin;
            EXPECT_GE(taken, at_least);
            EXPECT_LT(taken, less_than);
            runs.pop_front();
        }
    }
}

TEST(BenchNoServer, ThatTakesClientsOfItsUnixSocket) {
    const temp_dir dir;
    const auto path = dir / "socket";
    const unix_address address(path);
    const auto listener = unix_socket();
    ASSERT_EQ(::bind(listener.get(), address.get(), address.size), 0);
    ASSERT_EQ(::listen(listener.get(), 0), 0);
    const auto waiting = unix_socket();
    ASSERT_EQ(::connect(waiting.get(), address.get(), address.size), 0);
    for (const auto* mode : {"echo", "churn"}) {
        expect_refusal({"unix:" + path, "-d", "1h", "--mode", mode}, run_failed, {"unix:" + path},
                       bench_grace);
    }
}

/// The only port that the kernel may pick for a client is the server's.
void expect_no_connection_to_itself() {
    std::ofstream range("/proc/sys/net/ipv4/ip_local_port_range");
    range << "40001 40001" << std::flush;
    if (!range) throw not_permitted("may not set the range of ports");
    for (const auto* address : {"127.0.0.1:40001", "localhost:40001"}) {
        for (const auto& mode : modes) {
            const auto result = run(bench_with({"-c", "1", "-d", "1h", "--mode", mode, address}));
            EXPECT_EQ(result.how, exited(run_failed)) << address;
            EXPECT_TRUE(contains(result.err, "refused")) << result.err;
        }
    }
    daemon pulsar({"--listen", "127.0.0.1:40001"});  // its port is free again
    pulsar.expect_orderly_exit();
}

TEST(BenchNoServer, AConnectionToItselfIsRefused) {
    expect_passed(in_network_namespace(expect_no_connection_to_itself),
                  "the right to a network namespace");
}

}  // namespace
}  // namespace pulsar::test::bench_no_server_test
