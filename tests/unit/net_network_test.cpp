#include "pulsar/net/network.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace pulsar::net::network_test {
namespace {

bool holds(const std::string& text, const std::string& address) {
    const auto parsed = parse_network(text);
    EXPECT_TRUE(parsed) << text;
    return parsed && contains(*parsed, boost::asio::ip::make_address(address));
}

TEST(Network, HasOneForm) {
    const std::vector<std::pair<std::string, std::string>> forms{
        {"10.0.0.0/8", "10.0.0.0/8"},
        {"192.0.2.7", "192.0.2.7"},
        {"192.0.2.7/32", "192.0.2.7"},
        {"0.0.0.0/0", "0.0.0.0/0"},
        {"FD00:0::/8", "fd00::/8"},
        {"::1/128", "::1"},
        {"::/0", "::/0"},
        {"::ffff:10.0.0.0/104", "10.0.0.0/8"},
        {"::ffff:0:0/96", "0.0.0.0/0"},
        {"::ffff:10.0.0.1", "10.0.0.1"},
        {"unix", "unix"},
    };
    for (const auto& [text, form] : forms) {
        const auto parsed = parse_network(text);
        ASSERT_TRUE(parsed) << text;
        EXPECT_EQ(to_string(*parsed), form);
        EXPECT_EQ(parse_network(form), parsed);
    }
}

TEST(Network, RejectsWhatIsNone) {
    for (const auto* text :
         {"", "/", "/8", "10.0.0.0/33", "10.0.0.1/8", "0.0.0.1/31", "fd00::/129", "fd00::1/127",
          "fe80::1%lo", "::ffff:10.0.0.0/95", "10.0.0.0/8/8", "10.0.0.0/4294967304", "unix/0"}) {
        EXPECT_FALSE(parse_network(text)) << text;
    }
    EXPECT_FALSE(parse_network(std::string("10.0.0.1\0x", 10)));
}

TEST(Network, HoldsTheAddressesThatBeginLikeIt) {
    EXPECT_TRUE(holds("10.0.0.0/8", "10.255.0.1"));
    EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.0"));
    EXPECT_TRUE(holds("192.0.2.128/25", "192.0.2.255"));
    EXPECT_FALSE(holds("192.0.2.128/25", "192.0.2.127"));
    EXPECT_TRUE(holds("192.0.2.7", "192.0.2.7"));
    EXPECT_FALSE(holds("192.0.2.7", "192.0.2.6"));
    EXPECT_TRUE(holds("0.0.0.0/0", "255.1.2.3"));
    EXPECT_TRUE(holds("fd00::/8", "fdff::1"));
    EXPECT_FALSE(holds("fd00::/8", "fe00::1"));
    EXPECT_FALSE(holds("unix", "127.0.0.1"));
}

TEST(Network, KnowsAPeerAsItIsLogged) {
    const std::vector<network> some{parse_network("10.0.0.0/8").value(),
                                    parse_network("fe80::/10").value()};
    EXPECT_TRUE(comes_from(some, "10.255.255.255:65535"));
    EXPECT_TRUE(comes_from(some, "[fe80::1]:80"));
    EXPECT_TRUE(comes_from(some, "[fe80::1%eth0]:80"));
    EXPECT_TRUE(
        comes_from(some, "[febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff%a-long-name-15c]:65535"));
    EXPECT_FALSE(comes_from(some, "11.0.0.0:80"));
    EXPECT_FALSE(comes_from(some, "[::1]:80"));
    EXPECT_FALSE(comes_from(some, "unix:"));
    EXPECT_FALSE(comes_from(some, "unknown"));
    EXPECT_FALSE(comes_from({}, "10.0.0.1:80"));
    const std::vector<network> sockets{network{}};
    EXPECT_TRUE(comes_from(sockets, "unix:"));
    EXPECT_TRUE(comes_from(sockets, "unix:/run/10.0.0.1:80"));
    EXPECT_FALSE(comes_from(sockets, "10.0.0.1:80"));
}

TEST(Network, AMappedAddressIsOfIpv4) {
    EXPECT_TRUE(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
    EXPECT_TRUE(holds("::ffff:10.0.0.0/104", "10.1.2.3"));
    EXPECT_FALSE(holds("::/0", "::ffff:10.1.2.3"));
    EXPECT_FALSE(holds("::/0", "10.1.2.3"));
    EXPECT_FALSE(holds("0.0.0.0/0", "::1"));
}

}  // namespace
}  // namespace pulsar::net::network_test
