#include "proxy_header_cases.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pulsar::test::protocol_proxy_header_v1_test {
namespace {

using namespace std::string_literals;
using protocol::proxy_address;
using protocol::proxy_header;

TEST(ProxyHeaderV1, TellsTheAddresses) {
    const auto v4 = expect_good("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n");
    EXPECT_EQ(v4.from, proxy_header::version::v1);
    EXPECT_EQ(v4.what, proxy_header::command::proxy);
    expect_address(v4.source, "192.168.0.1", 56'324);
    expect_address(v4.destination, "192.168.0.11", 443);

    const auto v6 = expect_good("PROXY TCP6 2001:db8::1 ::1 0 65535\r\n");
    expect_address(v6.source, "2001:db8::1", 0);
    expect_address(v6.destination, "::1", 65'535);
}

TEST(ProxyHeaderV1, ReadsTheLongestLines) {
    expect_good("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n");
    expect_good(
        "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n");
    const auto longest = expect_good(
        "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n");
    EXPECT_EQ(longest.size, 107U);
}

TEST(ProxyHeaderV1, ReadsEachFormOfAnIpv6Address) {
    for (const auto* address :
         {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
          "1::3:4:5:6:7:8", "1:2::7:8", "0001:0:00:000:0000:a:B:cDeF", "fe80::1",
          "::ffff:192.0.2.1", "::FFFF:0.0.0.255", "::ffff:1234", "::ffff:12"}) {
        const auto read = expect_good("PROXY TCP6 "s + address + " 1::2 3 4\r\n");
        expect_address(read.source, address, 3);
        const auto other = expect_good("PROXY TCP6 1::2 "s + address + " 3 4\r\n");
        expect_address(other.destination, address, 4);
    }
}

TEST(ProxyHeaderV1, UnknownTellsNothing) {
    for (const auto* line :
         {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN \r\n", "PROXY UNKNOWN 1.2.3.4 5.6.7.8 9 10\r\n",
          "PROXY UNKNOWN \xff\x01 anything\r\n", "PROXY UNKNOWN a\rb\nc\r\r\n"}) {
        const auto read = expect_good(line);
        EXPECT_EQ(read.source.is, proxy_address::family::none);
        EXPECT_EQ(read.destination.is, proxy_address::family::none);
        EXPECT_EQ(read.what, proxy_header::command::proxy);
    }
    const auto begin = "PROXY UNKNOWN "s;
    expect_good(begin + std::string(91, 'x') + "\r\n");  // 107 bytes
}

TEST(ProxyHeaderV1, IsBadAtTheFirstByteThatCannotBelong) {
    expect_bad("GET / HTTP/1.1\r\n", 0);
    expect_bad("\0\0\0\5HELLO"s, 0);
    expect_bad("PROXX TCP4", 4);
    expect_bad("proxy TCP4", 0);
    expect_bad("PROXY  TCP4", 6);
    expect_bad("PROXY\tTCP4", 5);
    expect_bad("PROXY UDP4 ", 7);
    expect_bad("PROXY TCP5 ", 9);
    expect_bad("PROXY TCP  ", 9);
    expect_bad("PROXY tcp4 ", 6);
    expect_bad("PROXY TCP4  1.2.3.4", 11);
    expect_bad("PROXY TCP44 ", 10);
    expect_bad("PROXY UNKNOWNX\r\n", 13);
    expect_bad("PROXY UNKNOWN\n", 13);
    expect_bad("PROXY UNKNOWN\rX", 14);
    expect_bad("PROXY \r\n", 6);
}

TEST(ProxyHeaderV1, IsBadAtABadIpv4Address) {
    expect_bad("PROXY TCP4 256.", 13);
    expect_bad("PROXY TCP4 1000", 14);
    expect_bad("PROXY TCP4 01.2.3.4", 12);
    expect_bad("PROXY TCP4 00", 12);
    expect_bad("PROXY TCP4 1..3", 13);
    expect_bad("PROXY TCP4 .1", 11);
    expect_bad("PROXY TCP4 1.2.3 ", 16);
    expect_bad("PROXY TCP4 1.2.3.4.", 18);
    expect_bad("PROXY TCP4 1.2.3.a", 17);
    expect_bad("PROXY TCP4 -1.2", 11);
    expect_bad("PROXY TCP4 1:2", 12);
    expect_bad("PROXY TCP4 1.2.3.4  5", 19);
    expect_bad("PROXY TCP4 1.2.3.4 5.6.7.256", 27);
    expect_bad("PROXY TCP4 1.2.3.4\r\n", 18);
    expect_bad("PROXY TCP4 1.2.3\0.4"s, 16);
}

TEST(ProxyHeaderV1, IsBadAtABadIpv6Address) {
    expect_bad("PROXY TCP6 g", 11);
    expect_bad("PROXY TCP6 :1", 12);
    expect_bad("PROXY TCP6 : ", 12);
    expect_bad("PROXY TCP6 :::", 13);
    expect_bad("PROXY TCP6 12345", 15);
    expect_bad("PROXY TCP6 1:2 ", 14);
    expect_bad("PROXY TCP6 1: ", 13);
    expect_bad("PROXY TCP6 1::2::3", 16);
    expect_bad("PROXY TCP6 1::2: ", 16);
    expect_bad("PROXY TCP6 1:2:3:4:5:6:7 ", 24);
    expect_bad("PROXY TCP6 1:2:3:4:5:6:7:8:", 26);
    expect_bad("PROXY TCP6 1:2:3:4:5:6:7::8", 26);
    expect_bad("PROXY TCP6 ::2:3:4:5:6:7:8:", 26);
    expect_bad("PROXY TCP6 1.2.3.4", 12);
    expect_bad("PROXY TCP6 ::1.2.3.4", 14);
    expect_bad("PROXY TCP6 ::fffe:1.2", 19);
    expect_bad("PROXY TCP6 ::ffff:256.1", 21);
    expect_bad("PROXY TCP6 ::ffff:01.1", 20);
    expect_bad("PROXY TCP6 ::ffff:1.2.3 ", 23);
    expect_bad("PROXY TCP6 ::ffff:1234.1", 22);
    expect_bad("PROXY TCP6 ::1%lo ", 14);
    expect_bad("PROXY TCP6 [::1]", 11);
    expect_bad("PROXY TCP6 ::1\r\n", 14);
}

TEST(ProxyHeaderV1, IsBadAtABadPortOrEnd) {
    expect_bad("PROXY TCP4 1.2.3.4 5.6.7.8 65536", 31);
    expect_bad("PROXY TCP4 1.2.3.4 5.6.7.8 99999", 31);
    expect_bad("PROXY TCP4 1.2.3.4 5.6.7.8 080", 28);
    expect_bad("PROXY TCP4 1.2.3.4 5.6.7.8 00", 28);
    expect_bad("PROXY TCP4 1.2.3.4 5.6.7.8 +1", 27);
    expect_bad("PROXY TCP4 1.2.3.4 5.6.7.8  1", 27);
    expect_bad("PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n", 28);
    expect_bad("PROXY TCP4 1.2.3.4 5.6.7.8 1 \r\n", 29);
    expect_bad("PROXY TCP4 1.2.3.4 5.6.7.8 1 2 \r\n", 30);
    expect_bad("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n", 30);
    expect_bad("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\r\n", 31);
    expect_bad("PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3\r\n", 30);
    expect_bad("PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n", 33);
}

/// Where 107 bytes cannot hold the end of the line any more.
TEST(ProxyHeaderV1, IsBadWhereItIsTooLong) {
    const auto begin = "PROXY UNKNOWN "s;
    expect_bad(begin + std::string(92, 'x') + "\r\n", 105);
    expect_bad(begin + std::string(500, 'x') + "\r\n", 105);
    expect_bad(begin + std::string(91, 'x') + "\rx\r\n", 106);
    expect_bad(begin + std::string(91, 'x') + "\n\r\n", 105);
}

}  // namespace
}  // namespace pulsar::test::protocol_proxy_header_v1_test
