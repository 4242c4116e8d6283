#include "pulsar/net/endpoint.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <net/if.h>
#include <netinet/in.h>
#include <string>
#include <sys/un.h>
#include <system_error>
#include <vector>

namespace pulsar::net::endpoint_test {
namespace {

/// `fe80::1` or `2001:db8::1`, port 80.
endpoint ipv6(bool link_local, std::uint32_t scope) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(80);
    const std::uint8_t begin[] = {0xfe, 0x80, 0x20, 0x01};
    std::memcpy(&address.sin6_addr, begin + (link_local ? 0 : 2), 2);
    address.sin6_addr.s6_addr[15] = 1;
    address.sin6_scope_id = scope;
    return endpoint(&address, sizeof address);
}

TEST(Endpoint, AZoneIsShownByItsName) {
    const auto loopback = ::if_nametoindex("lo");
    ASSERT_NE(loopback, 0u);
    EXPECT_EQ(to_string(ipv6(true, loopback)), "[fe80::1%lo]:80");
    EXPECT_EQ(to_string(ipv6(true, 0)), "[fe80::1]:80");
    EXPECT_EQ(to_string(ipv6(true, 4'000'000'000)), "[fe80::1%4000000000]:80");
    EXPECT_EQ(to_string(ipv6(false, 0)), "[2001::1]:80");
}

TEST(Endpoint, UnixSocketsAreShownByPathOrName) {
    const std::string longest(107, 'n');
    for (const auto& path : std::vector<std::string>{"/run/a b", longest, "@a", '@' + longest})
        EXPECT_EQ(to_string(unix_endpoint(path)), "unix:" + path);
}

TEST(Endpoint, AnAbstractNameHasNoNulAtItsEnd) {
    EXPECT_EQ(unix_endpoint("@ab").size(), offsetof(sockaddr_un, sun_path) + 3);
    EXPECT_EQ(unix_endpoint("/ab").size(), offsetof(sockaddr_un, sun_path) + 4);
}

/// The texts of what there is for a host, with port 80.
std::vector<std::string> resolved(const std::string& host) {
    std::vector<std::string> texts;
    for (const auto& found : resolve(host, 80))
        texts.push_back(to_string(found));
    return texts;
}

TEST(EndpointResolve, TakesNumericHosts) {
    using texts = std::vector<std::string>;
    const auto loopback = std::to_string(::if_nametoindex("lo"));
    EXPECT_EQ(resolved("127.0.0.1"), texts{"127.0.0.1:80"});
    EXPECT_EQ(resolved("::1"), texts{"[::1]:80"});
    EXPECT_EQ(resolved("fe80::1%lo"), texts{"[fe80::1%lo]:80"});
    EXPECT_EQ(resolved("fe80::1%" + loopback), texts{"[fe80::1%lo]:80"});
}

TEST(EndpointResolve, NamesWhatAnUnknownZoneLacks) {
    try {
        resolve("fe80::1%nosuch0", 80);
        FAIL() << "there is such a zone";
    } catch (const std::system_error& error) {
        EXPECT_EQ(error.code(), std::errc::no_such_device);
    }
}

}  // namespace
}  // namespace pulsar::net::endpoint_test
