#include "pulsar/bench/server.hpp"
#include "pulsar/net/endpoint.hpp"

#include <gtest/gtest.h>

namespace pulsar::bench::server_test {
namespace {

/// One with the name, and endpoints of these addresses.
server of(const std::vector<std::string>& hosts) {
    std::vector<server_endpoint> endpoints;
    for (const auto& host : hosts)
        for (const auto& found : net::resolve(host, 80))
            endpoints.emplace_back(found);
    return {"name:80", endpoints};
}

TEST(BenchServer, TheFirstEndpointThatAcceptsIsTaken) {
    const auto name = of({"192.0.2.1", "192.0.2.2", "192.0.2.3"});
    EXPECT_EQ(name.current(), 0U);
    EXPECT_TRUE(name.not_accepted(0));
    EXPECT_EQ(name.current(), 1U);
    EXPECT_TRUE(name.not_accepted(0));  // of a connection that began before
    EXPECT_EQ(name.current(), 1U);
    name.accepted(1);
    EXPECT_FALSE(name.not_accepted(1));  // from now on it is a failure
    EXPECT_EQ(name.current(), 1U);
    EXPECT_TRUE(name.not_accepted(0));
}

TEST(BenchServer, TheLastEndpointIsNotPassedBy) {
    const auto name = of({"192.0.2.1", "192.0.2.2"});
    EXPECT_TRUE(name.not_accepted(0));
    EXPECT_FALSE(name.not_accepted(1));
    EXPECT_EQ(name.current(), 1U);
    EXPECT_FALSE(of({"192.0.2.1"}).not_accepted(0));
}

TEST(BenchServer, WhatAcceptsFirstStays) {
    const auto name = of({"192.0.2.1", "192.0.2.2"});
    EXPECT_TRUE(name.not_accepted(0));
    name.accepted(0);  // it was slow
    name.accepted(1);
    EXPECT_EQ(name.current(), 0U);
}

TEST(BenchServer, KeepsTheEndpointsOfAFamily) {
    auto name = of({"::1", "192.0.2.1"});
    EXPECT_TRUE(name.keep_only(AF_INET));
    ASSERT_EQ(name.endpoints().size(), 1U);
    EXPECT_EQ(name.endpoints()[0].protocol().family(), AF_INET);
    EXPECT_FALSE(name.keep_only(AF_INET6));
    EXPECT_EQ(name.endpoints().size(), 1U);
}

}  // namespace
}  // namespace pulsar::bench::server_test
