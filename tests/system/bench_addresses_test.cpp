// Several addresses, and names that stand for several.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/fake_server.hpp"
#include "support/full_queue.hpp"
#include "support/network_namespace.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <string>
#include <vector>

namespace pulsar::test::bench_addresses_test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

/// An echo server that counts its connections.
class counting_server {
  public:
    [[nodiscard]] const std::string& address() const { return server_.address(); }
    [[nodiscard]] int connections() const { return connections_; }

  private:
    std::atomic<int> connections_ = 0;
    fake_server server_{[this](fake_peer& client) {
        ++connections_;
        echo_all(client);
    }};
};

TEST(BenchAddresses, ShareTheConnectionsEvenly) {
    for (const auto& flags :
         {strings{"-c", "7", "-n", "70"}, strings{"-c", "7", "-n", "7", "--mode", "churn"},
          strings{"-c", "7", "-n", "7", "-t", "3", "--ramp", "50ms"}}) {
        SCOPED_TRACE(testing::PrintToString(flags));
        const counting_server a;
        const counting_server b;
        const counting_server c;
        auto all = flags;
        all.insert(all.end(), {a.address(), b.address(), c.address()});
        const auto result = expect_all_echoed(all);
        EXPECT_EQ(text(result.object(), "address"),
                  a.address() + ',' + b.address() + ',' + c.address());
        EXPECT_EQ(a.connections(), 3);
        EXPECT_EQ(b.connections(), 2);
        EXPECT_EQ(c.connections(), 2);
    }
}

TEST(BenchAddresses, MayBeOfDifferentKinds) {
    const temp_dir dir;
    daemon pulsar({"--listen", "127.0.0.1:0", "--listen", "unix:" + (dir / "socket")});
    const auto result =
        expect_all_echoed({"-c", "4", "-n", "40", pulsar.address(), "unix:" + (dir / "socket")});
    EXPECT_EQ(result.count("frames"), 40);
    EXPECT_EQ(pulsar.wait_for_count(4, "connection", "opened").size(), 4U);
    pulsar.expect_orderly_exit();
}

TEST(BenchAddresses, OneThatRefusesIsAnErrorOfItsConnections) {
    const counting_server server;
    const taken_port nobody;
    for (const auto* mode : {"echo", "churn"}) {
        const auto [how, result, err] = run_bench({"-c", "4", "-w", "0s", "-d", "300ms", "--mode",
                                                   mode, server.address(), nobody.address()});
        EXPECT_EQ(how, exited(run_failed));
        EXPECT_GT(result.count("frames"), 0);
        EXPECT_GE(result.errors("refused"), 2);
        EXPECT_EQ(result.errors("refused"), result.errors());
        expect_one_complaint(err, {"first: " + nobody.address() + ": Connection refused"});
    }
}

TEST(BenchAddresses, NoneIsOneLine) {
    const taken_port one;
    const taken_port other;
    for (const auto* mode : {"echo", "idle", "churn", "halfclose"}) {
        expect_refusal({"-d", "1h", "--mode", mode, one.address(), other.address()}, run_failed,
                       {one.address(), other.address(), "Connection refused"}, bench_grace);
    }
}

TEST(BenchAddresses, AConnectionIsMadeAgainToItsOwn) {
    const counting_server steady;
    std::atomic<int> connections = 0;
    const fake_server breaking([&](fake_peer& client) {
        echo(client, 1);
        if (++connections <= 3) client.reset();
        echo_all(client);
    });
    const auto result = expect_all_echoed(
        {"-c", "2", "-n", "100", "--reconnect", steady.address(), breaking.address()});
    EXPECT_EQ(result.disconnects(), 3);
    EXPECT_EQ(connections, 4);
    EXPECT_EQ(steady.connections(), 1);
}

TEST(BenchAddresses, ThereIsNoConnectionBesideThoseOfTheRun) {
    for (const auto* mode : {"echo", "idle", "churn", "halfclose"}) {
        std::atomic<int> connections = 0;
        const fake_server server([&](fake_peer& client) {
            ++connections;
            echo_all(client);
        });
        const bool idle = mode == std::string("idle");
        auto flags = strings{"-c", "3", "--mode", mode, server.address()};
        if (idle) flags.insert(flags.end(), {"-w", "0s", "-d", "100ms"});
        if (!idle) flags.insert(flags.end(), {"-n", "3"});
        const auto run = run_bench(flags);
        if (mode != std::string("halfclose")) expect_all_echoed(run);
        EXPECT_EQ(connections, 3) << mode;
    }
}

/// That the third of a name's addresses accepts, and no other: all connections find it.
void expect_third_address() {
    set_hosts("127.0.0.4 several\n127.0.0.3 several\n127.0.0.2 several\n127.0.0.5 other\n");
    for (const auto& flags : {strings{"-c", "5", "-n", "50"},
                              strings{"-c", "5", "-n", "50", "-t", "2", "--mode", "churn"}}) {
        daemon pulsar({"--listen", "127.0.0.2:4000"});
        auto all = flags;
        all.emplace_back("several:4000");
        expect_all_echoed(all);
        pulsar.expect_orderly_exit();
        for (const auto* mode : {"echo", "churn"}) {
            expect_refusal({"-d", "1h", "several:4000", "other:4000", "--mode", mode}, run_failed,
                           {"several:4000", "other:4000", "refused"}, bench_grace);
        }
    }
}

TEST(BenchAddresses, OfANameTheFirstThatAcceptsIsTaken) {
    expect_passed(in_network_namespace(expect_third_address),
                  "the right to namespaces of a network and of mounts");
}

}  // namespace
}  // namespace pulsar::test::bench_addresses_test
