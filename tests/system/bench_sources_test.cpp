// `--source`: the addresses that connections come from.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/network_namespace.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace pulsar::test::bench_sources_test {
namespace {

using strings = std::vector<std::string>;

/// How many of the daemon's connections came from each address.
std::map<std::string, int> sources(daemon& pulsar, std::size_t connections) {
    std::map<std::string, int> found;
    for (const auto& opened : pulsar.wait_for_count(connections, "connection", "opened"))
        ++found[host_of(text(opened, "peer"))];
    return found;
}

TEST(BenchSource, EachConnectionTakesTheNext) {
    struct {
        strings flags;
        std::size_t connections;
    } const cases[] = {{{"-c", "9", "-n", "90"}, 9},
                       {{"-c", "9", "-n", "90", "-t", "3"}, 9},
                       {{"-c", "1", "-n", "9", "--mode", "churn"}, 9},
                       {{"-c", "3", "-n", "9", "--mode", "churn"}, 9}};
    for (const auto& [flags, connections] : cases) {
        SCOPED_TRACE(testing::PrintToString(flags));
        daemon pulsar;
        auto all = flags;
        all.insert(all.end(), {pulsar.address(), "--source", "127.0.0.5", "--source", "127.0.0.6",
                               "--source", "127.1.2.3"});
        expect_all_echoed(all);
        EXPECT_EQ(
            sources(pulsar, connections),
            (std::map<std::string, int>{{"127.0.0.5", 3}, {"127.0.0.6", 3}, {"127.1.2.3", 3}}));
        pulsar.expect_orderly_exit();
    }
}

TEST(BenchSource, MayBeAnIPv4AddressThatIsMappedIntoIPv6) {
    daemon pulsar;
    expect_all_echoed({"-c", "1", "-n", "10", pulsar.address(), "--source", "::ffff:127.0.0.5"});
    EXPECT_EQ(sources(pulsar, 1), (std::map<std::string, int>{{"127.0.0.5", 1}}));
    pulsar.expect_orderly_exit();
}

TEST(BenchSource, EachServerHasEach) {
    daemon one;
    daemon other;
    expect_all_echoed({"-c", "8", "-n", "80", one.address(), other.address(), "--source",
                       "127.0.0.5", "--source", "127.0.0.6"});
    const std::map<std::string, int> even{{"127.0.0.5", 2}, {"127.0.0.6", 2}};
    EXPECT_EQ(sources(one, 4), even);
    EXPECT_EQ(sources(other, 4), even);
    one.expect_orderly_exit();
    other.expect_orderly_exit();
}

TEST(BenchSource, ThatCannotBeIsBadUsage) {
    daemon pulsar;
    const auto server = pulsar.address();
    struct {
        strings flags;
        strings words;
    } const cases[] = {
        {{server, "--source", "127.0.0.1", "--source", "::1"}, {"\"::1\"", server, "family"}},
        {{server, "unix:@nobody", "--source", "127.0.0.1"},
         {"\"127.0.0.1\"", "unix:@nobody", "Unix socket"}},
        {{server, "--source", "192.0.2.1"}, {"\"192.0.2.1\"", "this machine"}},
        {{server, "--source", "224.0.0.1"}, {"\"224.0.0.1\""}},
        {{server, "--source", "255.255.255.255"}, {"\"255.255.255.255\""}},
        {{server, "--source", "0.0.0.0"}, {"\"0.0.0.0\""}},
    };
    for (const auto& [flags, words] : cases) {
        SCOPED_TRACE(testing::PrintToString(flags));
        auto all = words;
        all.emplace_back("--source");
        expect_refusal(flags, bad_usage, all, bench_grace);
    }
    EXPECT_TRUE(pulsar.events("connection", "opened").empty());
    pulsar.expect_orderly_exit();
}

void expect_link_local_source() {
    add_ipv6_address("fe80::1");
    add_ipv6_address("fe80::2");
    daemon pulsar({"--listen", "[fe80::1%lo]:0"});
    expect_all_echoed({"-c", "2", "-n", "20", pulsar.address(), "--source", "fe80::2%lo"});
    for (const auto& opened : pulsar.wait_for_count(2, "connection", "opened"))
        EXPECT_TRUE(contains(text(opened, "peer"), "[fe80::2%")) << text(opened, "peer");
    pulsar.expect_orderly_exit();
}

TEST(BenchSource, MayHaveAZone) {
    expect_to_pass_in_network_namespace(expect_link_local_source);
}

/// Of a name with addresses of both families, those are left that the source can connect to.
void expect_family_of_source() {
    set_hosts("::1 both\n127.0.0.1 both\n");
    daemon pulsar({"--listen", "127.0.0.1:4000", "--listen", "[::1]:4000"});
    expect_all_echoed({"-c", "2", "-n", "20", "both:4000", "--source", "127.0.0.5"});
    EXPECT_EQ(sources(pulsar, 2), (std::map<std::string, int>{{"127.0.0.5", 2}}));
    pulsar.expect_orderly_exit();
}

TEST(BenchSource, DecidesTheFamilyOfAName) {
    expect_to_pass_in_network_namespace(expect_family_of_source);
}

/// Each address has a hundred ports.
void expect_more_connections_than_ports() {
    std::ofstream range("/proc/sys/net/ipv4/ip_local_port_range");
    range << "40001 40100" << std::flush;
    if (!range) throw not_permitted("may not set the range of ports");
    daemon pulsar({"--listen", "127.0.0.1:4000", "--listen", "127.0.0.1:4001"});
    const auto one =
        run_bench({"-c", "150", "-n", "1500", "127.0.0.1:4000", "--source", "127.0.0.1"});
    EXPECT_EQ(one.how, exited(run_failed));
    EXPECT_EQ(one.result.errors("other"), 50);
    EXPECT_EQ(one.result.errors(), 50);
    // The connections of before may be in TIME_WAIT at their ports.
    expect_all_echoed({"-c", "150", "-n", "1500", "127.0.0.1:4000", "--source", "127.0.0.2",
                       "--source", "127.0.0.3"});
    expect_all_echoed(
        {"-c", "150", "-n", "1500", "127.0.0.1:4000", "127.0.0.1:4001", "--source", "127.0.0.4"});
    pulsar.expect_orderly_exit();
}

TEST(BenchSource, TwoHaveTwiceThePortsAndEachServerHasThemAll) {
    expect_passed(in_network_namespace(expect_more_connections_than_ports),
                  "the right to a network namespace");
}

}  // namespace
}  // namespace pulsar::test::bench_sources_test
