// A server that goes away in the middle of a run.

#include "support/bench.hpp"
#include "support/daemon.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace pulsar::test::bench_lost_server_test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

struct load {
    std::string name;
    strings flags;
    std::string awaited = "frames";  ///< of the daemon's totals, when it is to go away

    friend std::ostream& operator<<(std::ostream& out, const load& what) {
        return out << what.name;
    }
};

/// A run of five connections, and the daemon that it loads.
struct run_under_way {
    daemon pulsar{{reports_often}};
    process bench;

    explicit run_under_way(const load& what) : bench(command(what.flags)) {
        wait_for_total(pulsar, what.awaited, 5);
    }

    launch command(const strings& flags) {
        return bench_with({pulsar.address(), "-w", "0s", "-c", "5", "--json"}, flags);
    }
};

class BenchLostServer : public testing::TestWithParam<load> {};

TEST_P(BenchLostServer, ThatIsKilledIsToldByKind) {
    run_under_way run(GetParam());
    run.pulsar.child().send(SIGKILL);
    const auto [how, result, err] = finish(run.bench, bench_grace);
    EXPECT_EQ(how, exited(run_failed));
    EXPECT_EQ(result.errors(), 5);
    EXPECT_EQ(result.errors("reset") + result.errors("closed"), 5);
    EXPECT_TRUE(err.starts_with("pulsar-bench: ")) << err;
    EXPECT_LT(result.real("duration_s"), 60);
}

TEST_P(BenchLostServer, ThatDrainsIsToldAsClosed) {
    run_under_way run(GetParam());
    run.pulsar.child().send(SIGTERM);
    const auto [how, result, err] = finish(run.bench, bench_grace);
    EXPECT_EQ(how, exited(run_failed));
    EXPECT_EQ(result.errors(), 5);
    EXPECT_EQ(result.errors("closed"), 5);
    expect_one_complaint(err, {"closed"});
    const auto stopped = run.pulsar.expect_orderly_end();
    EXPECT_EQ(number(stopped, "frames"), result.count("frames"));
    EXPECT_EQ(number(stopped, "cut_off"), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Of, BenchLostServer,
    testing::Values(load{"PingPong", {"-d", "1h"}}, load{"Pipelined", {"-d", "1h", "-p", "16"}},
                    load{"Rate", {"-d", "1h", "-r", "500", "-t", "2"}},
                    load{"Frames", {"-n", "1000000000"}},
                    load{"Idle", {"-d", "1h", "--mode", "idle"}, "connections"}),
    [](const auto& parameter) { return parameter.param.name; });

TEST(BenchLostServerInChurn, IsTriedAgainUntilTheEnd) {
    run_under_way run({"Churn", {"-d", "1s", "--mode", "churn"}});
    run.pulsar.child().send(SIGKILL);
    const auto [how, result, err] = finish(run.bench, 1s + bench_grace);
    EXPECT_EQ(how, exited(run_failed));
    EXPECT_GT(result.count("frames"), 0);
    EXPECT_GE(result.errors("refused"), 5);
    EXPECT_EQ(result.errors(),
              result.errors("refused") + result.errors("reset") + result.errors("closed"));
    EXPECT_LE(result.errors(), 5 * 12) << "not much more than ten a second each";
    EXPECT_EQ(result.real("duration_s"), 1);
}

TEST(BenchLostServerInChurn, MayComeBack) {
    std::optional<daemon> pulsar(std::in_place, strings{});
    const auto address = pulsar->address();
    process bench(bench_with(
        {address, "--mode", "churn", "-w", "0s", "-n", "1000000000", "-c", "5", "--json"}));
    pulsar->wait_for_count(20, "connection", "closed");
    pulsar->child().send(SIGKILL);
    pulsar.emplace(strings{"--listen", address});
    pulsar->wait_for_count(20, "connection", "closed");
    bench.send(SIGINT);
    const auto [how, result, err] = finish(bench, bench_grace);
    EXPECT_EQ(how, exited(run_failed)) << "there was a time without a server";
    EXPECT_GE(result.count("frames"), 30);
    pulsar->expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::bench_lost_server_test
