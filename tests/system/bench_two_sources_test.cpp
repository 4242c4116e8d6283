// Two machines that put load on one server at the same time, which here are two source addresses,
// and the one result that `merge` makes of theirs.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/http.hpp"
#include "support/json.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace pulsar::test::bench_two_sources_test {
namespace {

using strings = std::vector<std::string>;

const std::map<std::string, int> connections{{"127.0.0.2", 3}, {"127.0.0.3", 5}};

launch load_from(const std::string& source, daemon& pulsar, const strings& more) {
    return bench_with(
        {pulsar.address(), "--source", source, "-c", std::to_string(connections.at(source)), "-s",
         "1-4KiB", "-w", "0s", "-d", "24h", "--json"},
        more);
}

/// Of clients that have had an echo, by the host that the daemon takes them for.
std::map<std::string, int> served_connections(daemon& pulsar) {
    std::map<std::string, int> by_host;
    for (const auto& one : parse_lines(http_get(pulsar.admin_address(), "/connections").body))
        if (number(one, "frames") > 100) ++by_host[host_of(text(one, "peer"))];
    return by_host;
}

/// Expects that of `merged` to be the sum of both.
void expect_sums(const bench_result& merged, const std::vector<bench_result>& both,
                 const strings& keys) {
    for (const auto& key : keys)
        EXPECT_EQ(merged.count(key), both[0].count(key) + both[1].count(key)) << key;
}

/// Expects percentiles between those of the two, within what a bucket of the histogram is wide.
void expect_latencies_between(const bench_result& merged, const std::vector<bench_result>& both) {
    for (const auto* statistic : {"p50", "p90", "p99", "p99_9", "p99_99", "mean"}) {
        const auto [least, most] =
            std::minmax({both[0].latency_ms(statistic), both[1].latency_ms(statistic)});
        EXPECT_GE(merged.latency_ms(statistic), 0.99 * least) << statistic;
        EXPECT_LE(merged.latency_ms(statistic), 1.01 * most) << statistic;
    }
    EXPECT_EQ(merged.latency_ms("min"),
              std::min(both[0].latency_ms("min"), both[1].latency_ms("min")));
    EXPECT_EQ(merged.latency_ms("max"),
              std::max(both[0].latency_ms("max"), both[1].latency_ms("max")));
}

/// Runs both at the same time until each connection has been served; their results, in that order.
std::vector<bench_result> run_both(daemon& pulsar, const strings& more = {}) {
    process a(load_from("127.0.0.2", pulsar, more));
    process b(load_from("127.0.0.3", pulsar, more));
    EXPECT_TRUE(eventually([&] { return served_connections(pulsar) == connections; }));
    a.send(SIGINT);
    b.send(SIGINT);
    std::vector<bench_result> results;
    for (auto* const each : {&a, &b}) {
        const auto run = finish(*each);
        expect_all_echoed(run);
        results.push_back(run.result);
    }
    return results;
}

TEST(BenchFromTwoSources, MakesOneResult) {
    daemon pulsar({"--admin", "127.0.0.1:0"});
    const auto both = run_both(pulsar);
    const auto stopped = pulsar.expect_orderly_exit();

    const temp_dir dir;
    write_file(dir / "a.json", boost::json::serialize(both[0].object()));
    write_file(dir / "b.json", boost::json::serialize(both[1].object()));
    const auto merge = run(bench_with({"merge", dir / "a.json", dir / "b.json", "--json"}));
    EXPECT_EQ(merge.how, exited(0));
    EXPECT_EQ(merge.err, "");
    const bench_result merged(merge.out);
    expect_sums(merged, both,
                {"connections", "frames", "payload_bytes", "lost_frames", "heartbeats"});
    EXPECT_EQ(merged.count("connections"), 8);
    EXPECT_EQ(merged.count("frames"), number(stopped, "frames"));
    const auto duration = std::max(both[0].real("duration_s"), both[1].real("duration_s"));
    EXPECT_EQ(merged.real("duration_s"), duration);
    EXPECT_NEAR(merged.real("frames_per_s") * duration, static_cast<double>(merged.count("frames")),
                1);
    expect_latencies_between(merged, both);
}

TEST(BenchFromTwoSources, IsToldBehindItsProxyHeader) {
    daemon pulsar({"--admin", "127.0.0.1:0", "--proxy-from", "127.0.0.2/31"});
    run_both(pulsar, {"--proxy-protocol", "v2"});
    std::map<std::string, int> by_host;
    for (const auto& opened : pulsar.wait_for_count(8, "connection", "opened")) {
        EXPECT_EQ(text(opened, "proxy"), "v2");
        EXPECT_EQ(text(opened, "peer"), text(opened, "via")) << "it names itself";
        ++by_host[host_of(text(opened, "peer"))];
    }
    EXPECT_EQ(by_host, connections);
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::bench_two_sources_test
