// Two daemons behind HAProxy are restarted in turn under load, and no client loses anything. Both,
// and HAProxy, run as src/BEHIND_PROXIES.md says, with other addresses and shorter times.

#include "interop/foreign_program.hpp"
#include "interop/haproxy_stats.hpp"
#include "interop/page_configuration.hpp"
#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/effort.hpp"
#include "support/expect_echo.hpp"
#include "support/markdown.hpp"
#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace pulsar::test::restart_test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

/// One of the page's two daemons, and its successors on the same addresses.
struct server {
    std::string name;
    strings flags;
    std::unique_ptr<daemon> running = started();

    [[nodiscard]] std::unique_ptr<daemon> started() const {
        return std::make_unique<daemon>(flags);
    }
};

/// Of a command of the page, and without the events of each connection.
strings flags_in(const std::string& command) {
    auto flags = words_of(command);
    flags.erase(flags.begin());
    flags.insert(flags.end(), {"--log-level", "info,connection=warn"});
    return flags;
}

/// The page's two daemons, with a short delay, behind its HAProxy.
class balanced {
  public:
    explicit balanced(const std::string& check_interval, replacements defaults = {})
        : balanced(check_interval, std::move(defaults), addresses()) {}

    [[nodiscard]] server& operator[](std::size_t i) { return servers_.at(i); }
    [[nodiscard]] const std::string& address() const { return proxy_.address(); }
    [[nodiscard]] std::string field(const server& of, const std::string& name) const {
        return haproxy_field(dir_ / "admin.sock", of.name, name);
    }
    [[nodiscard]] bool is_up(const server& which) const {
        return field(which, "status").starts_with("UP");
    }

  private:
    struct addresses {
        std::string a = own_address();
        std::string a_admin = own_address();
        std::string b = own_address();
        std::string b_admin = own_address();
    };

    balanced(const std::string& check_interval, replacements defaults, const addresses& at)
        : servers_(started(at)),
          proxy_(dir_, haproxy, address_, configuration(check_interval, std::move(defaults), at)) {}

    static std::vector<server> started(const addresses& at) {
        const auto delay = "-delay " + std::to_string(patience()) + "s";
        const auto commands =
            lines_of(page_configuration("daemons", {{"127.0.0.1:8080", at.a},
                                                    {"127.0.0.1:9080", at.a_admin},
                                                    {"127.0.0.1:8081", at.b},
                                                    {"127.0.0.1:9081", at.b_admin},
                                                    {"-delay 4s", delay}}));
        std::vector<server> both;
        both.push_back({"a", flags_in(commands.at(0))});
        both.push_back({"b", flags_in(commands.at(1))});
        return both;
    }

    [[nodiscard]] std::string configuration(const std::string& check_interval,
                                            replacements defaults, const addresses& at) const {
        defaults.emplace_back("/run/haproxy/", dir_ / "");
        return page_configuration("haproxy defaults", defaults) +
               page_configuration("haproxy restart", {{"127.0.0.1:8080", at.a},
                                                      {"port 9080", "port " + port_of(at.a_admin)},
                                                      {"127.0.0.1:8081", at.b},
                                                      {"port 9081", "port " + port_of(at.b_admin)},
                                                      {"*:7000", address_},
                                                      {"inter 1s", "inter " + check_interval}});
    }

    const temp_dir dir_;
    const std::string address_ = own_address();
    std::vector<server> servers_;
    const foreign_program proxy_;
};

/// The page's run of pulsar-bench, with another load and condition, until it is told to end.
launch reconnecting_to(const balanced& servers, const std::string& load,
                       const std::string& condition) {
    auto flags = page_arguments("try a restart", {{"127.0.0.1:7000", servers.address()},
                                                  {"--rate 2000", load},
                                                  {"5m", "24h"},
                                                  {"outage>=1s", condition}});
    flags.insert(flags.end(), {"--warmup", "0s", "--json"});
    return bench_with(flags);
}

/// The page's condition.
std::string outage_of_a_second() {
    return "outage>=" + std::to_string(patience()) + "s";
}

/// That what is told by second is what is told of them all.
void expect_sums_of_seconds(const bench_result& result) {
    const auto rounding = 1e-6 * static_cast<double>(result.frames_by_second().size());
    EXPECT_EQ(result.sum_of_seconds("disconnects"), static_cast<double>(result.disconnects()));
    EXPECT_NEAR(result.sum_of_seconds("outage_s"), result.outage_s("sum_s"), rounding);
}

/// Restarts the daemons in turn under that load of pulsar-bench, each once HAProxy has the last up
/// again.
bench_result restarted_in_turn(int restarts, const std::string& load) {
    balanced servers("100ms");
    // New clients are served at every moment, though none of them tries twice.
    const auto wait_until_up_is = [&](bool wanted, const server& checked) {
        EXPECT_TRUE(eventually([&] {
            expect_echo(servers.address());
            return servers.is_up(checked) == wanted;
        })) << checked.name;
    };
    for (const auto* each : {&servers[0], &servers[1]})
        EXPECT_TRUE(eventually([&] { return servers.field(*each, "check_status") == "L7OK"; }));

    process bench(reconnecting_to(servers, load, outage_of_a_second()));
    for (int i = 0; i < restarts && !testing::Test::HasFailure(); ++i) {
        SCOPED_TRACE("restart " + std::to_string(i));
        auto& next = servers[static_cast<std::size_t>(i) % 2];
        next.running->child().send(SIGTERM);
        wait_until_up_is(false, next);
        EXPECT_TRUE(next.running->events("server", "draining").empty()) << "noticed too late";
        EXPECT_EQ(number(next.running->expect_orderly_end(), "cut_off"), 0);
        next.running = next.started();
        wait_until_up_is(true, next);
    }
    bench.send(SIGINT);
    const auto run = finish(bench);
    expect_all_echoed(run);
    for (const auto* each : {&servers[0], &servers[1]})
        each->running->expect_orderly_exit();

    const auto& result = run.result;
    EXPECT_GE(result.disconnects(), restarts);
    expect_sums_of_seconds(result);
    std::cout << restarts << " restarts: " << result.disconnects() << " disconnects, "
              << result.resent_frames() << " frames sent again, the longest wait "
              << result.outage_s("longest_s") << " s, the latest echo " << result.latency_ms("max")
              << " ms\n";
    return result;
}

TEST(RestartBehindHaproxy, LosesNothing) {
    if (const auto missing = missing_programs({"haproxy"}); !missing.empty())
        return skip_without(missing);
    const auto result = restarted_in_turn(effort(10, 100), "--connections 20 --rate 2000");
    EXPECT_EQ(result.disconnects("closed"), result.disconnects());
}

// More is under way than the 64 KiB that a daemon still reads once it has sent its FIN, so that a
// reset may come in place of the FIN.
TEST(RestartBehindHaproxy, LosesNoFrameOfALongPipeline) {
    if (const auto missing = missing_programs({"haproxy"}); !missing.empty())
        return skip_without(missing);
    const auto result =
        restarted_in_turn(effort(4, 100), "--connections 8 --pipeline 16 --frame-size 1-64KiB");
    EXPECT_EQ(result.disconnects("closed") + result.disconnects("reset"), result.disconnects());
    EXPECT_GT(result.resent_frames(), 0);
}

/// A daemon of two that serve four clients each is gone, and HAProxy does not know: how the run of
/// these clients ends under this condition.
bench_run with_a_daemon_gone(const replacements& defaults, const std::string& condition) {
    balanced servers("1h", defaults);
    EXPECT_TRUE(eventually([&] { return servers.field(servers[0], "check_status") == "L7OK"; }));
    process bench(reconnecting_to(servers, "--connections 8", condition));
    const auto clients_of = [](server& of) { return number(of.running->report(), "connections"); };
    EXPECT_TRUE(eventually([&] { return clients_of(servers[0]) + clients_of(servers[1]) == 8; }));
    EXPECT_EQ(clients_of(servers[0]), 4);
    servers[0].running->child().send(SIGKILL);
    servers[0].running->child().wait();
    EXPECT_TRUE(eventually([&] { return clients_of(servers[1]) == 8; }, 30s));
    bench.send(SIGINT);
    auto run = finish(bench);
    EXPECT_EQ(run.result.errors(), 0);
    EXPECT_EQ(run.result.count("lost_frames"), 0);
    EXPECT_EQ(run.result.outages(), 4);
    EXPECT_EQ(run.result.disconnects("closed") + run.result.disconnects("reset"),
              run.result.disconnects());
    expect_sums_of_seconds(run.result);
    servers[1].running->expect_orderly_exit();
    return run;
}

TEST(RestartBehindHaproxy, AClientOfADaemonThatIsGoneDoesNotWait) {
    if (const auto missing = missing_programs({"haproxy"}); !missing.empty())
        return skip_without(missing);
    const auto run = with_a_daemon_gone({}, outage_of_a_second());
    EXPECT_EQ(run.how, exited(0));
    EXPECT_EQ(run.err, "");
}

// It waits for a second before it tries the same server again.
TEST(RestartBehindHaproxy, WithoutRedispatchAClientWaits) {
    if (const auto missing = missing_programs({"haproxy"}); !missing.empty())
        return skip_without(missing);
    const auto run = with_a_daemon_gone(
        {{"    option redispatch 1\n", ""}, {"retries 3", "retries 1"}}, "outage>900ms");
    EXPECT_EQ(run.how, exited(3));
    expect_one_complaint(run.err, {"outage>900ms"});
    EXPECT_GT(run.result.outage_s("longest_s"), 0.9);
}

TEST(RestartBehindHaproxy, ClientsOfADaemonThatIsGoneGetTheOther) {
    if (const auto missing = missing_programs({"haproxy"}); !missing.empty())
        return skip_without(missing);
    balanced servers("1h");
    const auto was_checked = [&] { return servers.field(servers[0], "check_status") == "L7OK"; };
    ASSERT_TRUE(eventually(was_checked));  // not again in this hour
    servers[0].running->child().send(SIGKILL);
    servers[0].running->child().wait();
    const deadline at_once(std::chrono::milliseconds(900));  // it repeats itself after a second
    for (int i = 0; i < 10; ++i)
        expect_echo(servers.address());
    EXPECT_FALSE(at_once.passed());
    EXPECT_TRUE(servers.is_up(servers[0])) << "the checks found it first";
    servers[1].running->expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::restart_test
