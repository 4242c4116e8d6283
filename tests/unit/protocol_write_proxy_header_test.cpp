#include "proxy_header_cases.hpp"
#include "pulsar/protocol/write_proxy_header.hpp"
#include "support/proxy_headers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pulsar::test::protocol_write_proxy_header_test {
namespace {

using namespace std::string_literals;
using protocol::proxy_address;
using protocol::proxy_header;
using protocol::write_proxy_header;
using version = proxy_header::version;
using family = proxy_address::family;

proxy_address ip(const std::string& text, std::uint16_t port) {
    const bool v6 = text.find(':') != std::string::npos;
    proxy_address end{.is = v6 ? family::ipv6 : family::ipv4, .port = port};
    EXPECT_EQ(::inet_pton(v6 ? AF_INET6 : AF_INET, text.c_str(), end.ip.data()), 1) << text;
    return end;
}

proxy_address path(std::string_view name) {
    return {.is = family::unix_path, .path = name};
}

const proxy_address client = ip("192.0.2.1", 4000);
const proxy_address server = ip("198.51.100.7", 443);

TEST(WriteProxyHeader, AsOthersWriteIt) {
    EXPECT_EQ(write_proxy_header(version::v1, client, server), proxy_v1_line);
    EXPECT_EQ(write_proxy_header(version::v2, client, server), proxy_v2_tcp4());
}

TEST(WriteProxyHeader, IsReadBack) {
    for (const auto which : {version::v1, version::v2}) {
        for (const auto& [from, to] : {std::pair{"0.0.0.0"s, "255.255.255.255"s},
                                       {"::1"s, "2001:db8:0:a0b::ff"s},
                                       {"::"s, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"s}}) {
            const auto bytes = write_proxy_header(which, ip(from, 65'535), ip(to, 1));
            const auto read = expect_good(bytes);
            EXPECT_EQ(read.from, which);
            EXPECT_EQ(read.what, proxy_header::command::proxy);
            expect_address(read.source, from, 65'535);
            expect_address(read.destination, to, 1);
        }
    }
}

TEST(WriteProxyHeader, OfUnixSocketsHasTheirPaths) {
    const auto longest = "/" + std::string(107, 'x');
    for (const auto& [from, to] :
         {std::pair{""s, "/run/socket"s}, {"\0name"s, longest}, {longest, "\0name"s}}) {
        const auto bytes = write_proxy_header(version::v2, path(from), path(to));
        EXPECT_EQ(bytes.size(), 16U + 216U);
        EXPECT_EQ(bytes[13], 0x31);
        const auto read = expect_good(bytes);
        EXPECT_EQ(read.source.is, family::unix_path);
        EXPECT_EQ(read.source.path, from);
        EXPECT_EQ(read.destination.path, to);
    }
    EXPECT_EQ(write_proxy_header(version::v1, path(""), path("/run/socket")), "PROXY UNKNOWN\r\n");
}

TEST(WriteProxyHeader, MayTellNothing) {
    for (const auto which : {version::v1, version::v2}) {
        const auto read = expect_good(write_proxy_header(which, {}, {}));
        EXPECT_EQ(read.source.is, family::none);
        EXPECT_EQ(read.destination.is, family::none);
    }
}

}  // namespace
}  // namespace pulsar::test::protocol_write_proxy_header_test
