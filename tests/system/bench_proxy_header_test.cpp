// `--proxy-protocol`: each connection begins with a header, as that of a proxy does.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/network_namespace.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

namespace pulsar::test::bench_proxy_header_test {
namespace {

using strings = std::vector<std::string>;

const strings versions{"v1", "v2"};

/// That each connection of a run had a header, with its own addresses. The daemon would end one
/// without.
void expect_headers(daemon& pulsar, const std::string& version, const strings& flags,
                    std::size_t connections) {
    auto all = flags;
    all.insert(all.end(), {"--proxy-protocol", version});
    expect_all_echoed(all);
    for (const auto& opened : pulsar.wait_for_count(connections, "connection", "opened")) {
        EXPECT_EQ(text(opened, "proxy"), version);
        EXPECT_EQ(text(opened, "via"), text(opened, "peer"));
        EXPECT_EQ(text(opened, "local"), pulsar.address());
    }
    pulsar.expect_orderly_exit();
}

TEST(BenchProxyHeader, BeginsEachConnection) {
    struct {
        strings flags;
        std::size_t connections;
    } const cases[] = {{{"-c", "3", "-n", "30"}, 3},
                       {{"-c", "3", "-n", "30", "-p", "8", "-s", "0-100KiB"}, 3},
                       {{"-c", "2", "-w", "0s", "-d", "200ms", "--mode", "idle"}, 2},
                       {{"-c", "2", "-n", "6", "--mode", "churn"}, 6},
                       {{"-c", "1", "-n", "6", "-p", "3", "--mode", "halfclose"}, 2}};
    for (const auto& version : versions) {
        for (const auto& [flags, connections] : cases) {
            SCOPED_TRACE(version + testing::PrintToString(flags));
            daemon pulsar({"--proxy-from", "127.0.0.0/8", "--frame-timeout", "0s"});
            auto all = flags;
            all.push_back(pulsar.address());
            expect_headers(pulsar, version, all, connections);
        }
    }
}

TEST(BenchProxyHeader, BeginsAConnectionThatIsMadeAgain) {
    for (const auto& version : versions) {
        for (const auto& mode : {strings{"--mode", "idle"}, strings{"-r", "4"}}) {
            daemon pulsar({"--proxy-from", "127.0.0.0/8", "--idle-timeout", "100ms"});
            auto flags = mode;
            flags.insert(flags.end(), {"-c", "1", "-w", "0s", "-d", "1h", "--reconnect", "--json",
                                       "--proxy-protocol", version, pulsar.address()});
            process bench(bench_with(flags));
            for (const auto& opened : pulsar.wait_for_count(4, "connection", "opened"))
                EXPECT_EQ(text(opened, "proxy"), version);
            bench.send(SIGINT);
            const auto run = finish(bench, bench_grace);
            expect_all_echoed(run);
            EXPECT_GE(run.result.disconnects(), 2);
            EXPECT_TRUE(pulsar.events("connection", "bad proxy header").empty());
            pulsar.expect_orderly_exit();
        }
    }
}

TEST(BenchProxyHeader, OfAUnixSocketSaysWhatThereIs) {
    for (const auto& version : versions) {
        const temp_dir dir;
        daemon pulsar({"--listen", "unix:" + (dir / "socket"), "--proxy-from", "unix"});
        expect_headers(pulsar, version, {"-c", "2", "-n", "20", "unix:" + (dir / "socket")}, 2);
    }
}

TEST(BenchProxyHeader, HasTheSource) {
    for (const auto& version : versions) {
        daemon pulsar({"--proxy-from", "127.0.0.0/8"});
        expect_headers(pulsar, version,
                       {"-c", "2", "-n", "20", pulsar.address(), "--source", "127.0.0.7"}, 2);
        for (const auto& opened : pulsar.events("connection", "opened"))
            EXPECT_TRUE(text(opened, "peer").starts_with("127.0.0.7:")) << text(opened, "peer");
    }
}

TEST(BenchProxyHeader, OfIpv6) {
    if (!has_ipv6()) GTEST_SKIP() << "the loopback interface has no IPv6";
    for (const auto& version : versions) {
        daemon pulsar({"--listen", "[::1]:0", "--proxy-from", "::1/128"});
        expect_headers(pulsar, version, {"-c", "2", "-n", "20", pulsar.address()}, 2);
    }
}

}  // namespace
}  // namespace pulsar::test::bench_proxy_header_test
