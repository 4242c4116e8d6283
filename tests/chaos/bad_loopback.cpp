#include "chaos/bad_loopback.hpp"

#include "support/network_namespace.hpp"
#include "support/process.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <vector>

namespace pulsar::test {
namespace {

const std::string table = "inet pulsar_test";

/// Returns what the command prints.
std::string administer(const std::vector<std::string>& command) {
    launch how;
    how.command = {"env", "PATH=/usr/sbin:/sbin:/usr/bin:/bin"};
    how.command.insert(how.command.end(), command.begin(), command.end());
    const auto done = run(how);
    if (done.how != exited(0)) throw not_permitted(done.err);
    return done.out;
}

}  // namespace

packet_loss::packet_loss(const std::string& rule) {
    const auto chain = table + " input";
    administer({"nft", "add table " + table + "; add chain " + chain +
                           " { type filter hook input priority 0; }; add rule " + chain + " " +
                           rule});
}

void packet_loss::end() {
    if (ended_) return;
    ended_ = true;
    const auto rules = administer({"nft", "list table " + table});
    EXPECT_NE(rules.find("counter packets"), rules.npos) << rules;
    EXPECT_EQ(rules.find("counter packets 0 "), rules.npos) << "nothing was lost";
    administer({"nft", "delete table " + table});
}

std::string percent(int lost) {
    return "numgen random mod 100 < " + std::to_string(lost) + " counter drop";
}

void limit_rate(const std::string& rate) {
    administer({"tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", rate, "burst", "128k",
                "latency", "50ms"});
}

void expect_limited_rate() {
    const auto shown = administer({"tc", "-s", "qdisc", "show", "dev", "lo"});
    EXPECT_TRUE(contains(shown, "overlimits "));
    EXPECT_FALSE(contains(shown, "overlimits 0 ")) << shown;
}

void limit_retransmissions(int count) {
    std::ofstream setting("/proc/sys/net/ipv4/tcp_retries2");
    setting << count << std::flush;
    if (!setting) throw not_permitted("cannot set tcp_retries2");
}

}  // namespace pulsar::test
