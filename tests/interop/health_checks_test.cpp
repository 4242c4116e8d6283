// What a balancer's health checks prove, and what they leave in the log.

#include "interop/foreign_program.hpp"
#include "interop/haproxy_stats.hpp"
#include "interop/page_configuration.hpp"
#include "support/daemon.hpp"
#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

namespace pulsar::test::health_checks_test {
namespace {

/// HAProxy that checks a daemon, often, by the listener of the page with this mark.
class checker {
  public:
    checker(const std::string& mark, daemon& pulsar)
        : proxy_(dir_, haproxy, address_,
                 page_configuration("haproxy defaults",
                                    {{"/run/haproxy/", dir_ / ""}, {"check 2s", "check 200ms"}}) +
                     page_configuration(mark, {{"127.0.0.1:8080", pulsar.address()},
                                               {"*:7000", address_},
                                               {"inter 2s", "inter 20ms"}})) {}

    bool wait_for(const std::string& field, const std::string& beginning) {
        return eventually(
            [&] { return haproxy_field(dir_ / "admin.sock", "a", field).starts_with(beginning); });
    }

  private:
    const temp_dir dir_;
    const std::string address_ = own_address();
    foreign_program proxy_;
};

TEST(HealthChecks, OfConnectionsByHaproxyLeaveNoLine) {
    if (const auto missing = missing_programs({"haproxy"}); !missing.empty())
        return skip_without(missing);
    daemon pulsar;
    checker balancer("haproxy connect", pulsar);
    EXPECT_TRUE(balancer.wait_for("check_status", "L4OK"));
    pulsar.report();
    EXPECT_TRUE(pulsar.events("connection", "opened").empty());
    pulsar.expect_orderly_exit();
}

TEST(HealthChecks, ByTheEmptyFrameSeeAnEcho) {
    if (const auto missing = missing_programs({"haproxy"}); !missing.empty())
        return skip_without(missing);
    daemon pulsar;
    checker balancer("haproxy frame", pulsar);
    EXPECT_TRUE(balancer.wait_for("check_status", "L7OK"));
    const auto closed = pulsar.wait_for("connection", "closed");
    EXPECT_EQ(text(closed, "reason"), "peer_reset");
    EXPECT_EQ(number(closed, "frames"), 1);
    // A daemon that stands still has a queue that still takes connections.
    pulsar.child().send(SIGSTOP);
    EXPECT_TRUE(balancer.wait_for("status", "DOWN"));
    pulsar.child().send(SIGCONT);
    EXPECT_TRUE(balancer.wait_for("status", "UP"));
    pulsar.expect_orderly_exit();
}

TEST(HealthChecks, LeaveNoLineByTheLevelOfConnections) {
    if (const auto missing = missing_programs({"haproxy"}); !missing.empty())
        return skip_without(missing);
    daemon pulsar({"--log-level", "info,connection=warn", "--report-interval", "50ms"});
    const checker balancer("haproxy frame", pulsar);
    ASSERT_TRUE(eventually([&] { return number(pulsar.report(), "frames") > 3; }));
    for (const auto& logged : pulsar.events())
        EXPECT_NE(text(logged, "module"), "connection");
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::health_checks_test
