#include "pulsar/net/address.hpp"

#include <gtest/gtest.h>

namespace pulsar::net::address_test {
namespace {

using kind = address::kind;

address tcp(std::string host, std::uint16_t port) {
    return {.is = kind::tcp, .host = std::move(host), .port = port, .path = {}};
}

TEST(ParseAddress, ReadsHostAndPort) {
    EXPECT_EQ(parse_address("127.0.0.1:8080"), tcp("127.0.0.1", 8080));
    EXPECT_EQ(parse_address("localhost:0"), tcp("localhost", 0));
    EXPECT_EQ(parse_address("a-b_c.example.com:65535"), tcp("a-b_c.example.com", 65535));
    EXPECT_EQ(parse_address("example.com.:1"), tcp("example.com.", 1));
    EXPECT_EQ(parse_address("10.example:1"), tcp("10.example", 1));
    EXPECT_EQ(parse_address("1.2.3.4x:1"), tcp("1.2.3.4x", 1));
}

TEST(ParseAddress, ReadsIpv6InBrackets) {
    EXPECT_EQ(parse_address("[::1]:8080"), tcp("::1", 8080));
    EXPECT_EQ(parse_address("[::]:0"), tcp("::", 0));
    EXPECT_EQ(parse_address("[fe80::1%eth0]:1"), tcp("fe80::1%eth0", 1));
    EXPECT_EQ(parse_address("[fe80::1%2]:1"), tcp("fe80::1%2", 1));
    EXPECT_EQ(parse_address("[fe80::1%br-0.a_B]:1"), tcp("fe80::1%br-0.a_B", 1));
}

TEST(ParseAddress, GivesIpv6OneForm) {
    for (const auto* text : {"[2001:db8::a:0:1]:1", "[2001:DB8::A:0:1]:1",
                             "[2001:0db8:0000:0000:0000:000a:0000:0001]:1",
                             "[2001:db8:0:0:0:a:0:1]:1", "[2001:db8::a:0.0.0.1]:1"}) {
        EXPECT_EQ(parse_address(text), tcp("2001:db8::a:0:1", 1)) << text;
    }
    EXPECT_EQ(parse_address("[FE80:0::0001%Eth0]:1"), tcp("fe80::1%Eth0", 1));
}

TEST(ParseAddress, TakesAMappedAddressForTheIpv4AddressThatItIs) {
    for (const auto* text :
         {"[::ffff:127.0.0.1]:1", "[::FFFF:7f00:1]:1", "[0:0:0:0:0:ffff:7f00:0001]:1"}) {
        EXPECT_EQ(parse_address(text), tcp("127.0.0.1", 1)) << text;
    }
    EXPECT_EQ(parse_address("[::ffff:0.0.0.0]:1"), tcp("0.0.0.0", 1));
    EXPECT_EQ(parse_address("[::ffff:0:1]:1"), tcp("0.0.0.1", 1));
    EXPECT_EQ(parse_address("[::fffe:127.0.0.1]:1"), tcp("::fffe:7f00:1", 1));
    EXPECT_EQ(parse_address("[::ffff:127.0.0.1%lo]:1"), std::nullopt);
}

TEST(ParseAddress, ReadsAllInterfaces) {
    EXPECT_EQ(parse_address(":8080"),
              (address{.is = kind::any, .host = {}, .port = 8080, .path = {}}));
}

TEST(ParseAddress, ReadsUnixPaths) {
    const std::string longest(107, 'p');
    for (const std::string path :
         {"/run/pulsar.sock", "a", "relative/with space", "\"\\\n:80", longest.c_str()}) {
        EXPECT_EQ(parse_address("unix:" + path),
                  (address{.is = kind::unix_path, .host = {}, .path = path}));
    }
}

TEST(ParseAddress, ReadsAbstractNames) {
    const auto longest = '@' + std::string(107, 'n');
    for (const std::string name : {"@a", "@@", "@/run/pulsar", "@with space", longest.c_str()}) {
        EXPECT_EQ(parse_address("unix:" + name),
                  (address{.is = kind::unix_path, .host = {}, .path = name}));
    }
    EXPECT_FALSE(parse_address("unix:@"));
    EXPECT_FALSE(parse_address("unix:@" + std::string(108, 'n')));
    EXPECT_FALSE(parse_address(std::string_view("unix:@a\0b", 9)));
}

TEST(ParseAddress, RejectsBadPorts) {
    for (const auto* text :
         {"", ":", "8080", "localhost", "localhost:", "localhost:65536", "localhost:99999999999",
          "localhost:+80", "localhost:-1", "localhost: 80", "localhost:80 ", "localhost:080",
          "localhost:00", "localhost:0x50", "localhost:http", "localhost:80:", "[::1]",
          "[::1]:", "127.0.0.1"}) {
        EXPECT_EQ(parse_address(text), std::nullopt) << text;
    }
}

TEST(ParseAddress, RejectsBadHosts) {
    for (const auto* text : {"::1:80",
                             ":::80",
                             "[::1:80",
                             "::1]:80",
                             "[]:80",
                             "[:::]:80",
                             "[127.0.0.1]:80",
                             "[localhost]:80",
                             "[::1]x:80",
                             "x[::1]:80",
                             "[::1%]:80",
                             "[::1%eth0%]:80",
                             "[::1%a/b]:80",
                             "[::1%sixteen_letters_]:80",
                             "[fe80::1%a b]:80",
                             "[%eth0]:80",
                             "*:80",
                             "a b:80",
                             " localhost:80",
                             "a..b:80",
                             ".:80",
                             ".a:80",
                             "-a:80",
                             "a,b:80",
                             "http://a:80",
                             "user@host:80",
                             "caf\xc3\xa9:80",
                             "a\n:80"}) {
        EXPECT_EQ(parse_address(text), std::nullopt) << text;
    }
    const std::string label(63, 'a');
    const auto name = label + '.' + label + '.' + label + '.';
    EXPECT_TRUE(parse_address(name + label.substr(2) + ":80"));
    EXPECT_FALSE(parse_address(name + label.substr(1) + ":80"));
    EXPECT_FALSE(parse_address(label + "a:80"));
    EXPECT_FALSE(parse_address(std::string_view("127.0.0.1\0:80", 13)));
    EXPECT_FALSE(parse_address(std::string_view("[::1\0]:80", 9)));
}

TEST(ParseAddress, RejectsWhatAResolverWouldGuessToBeIpv4) {
    for (const auto* host :
         {"1", "127.1", "1.2.3", "0x7f.1", "0x7f000001", "2130706433", "0x", "256.0.0.1",
          "1.2.3.4.5", "127.0.0.01", "0127.0.0.1", "1.2.3.4.", "a.1", "a.0x1f"}) {
        EXPECT_EQ(parse_address(std::string(host) + ":80"), std::nullopt) << host;
    }
}

TEST(ParseAddress, RejectsBadUnixPaths) {
    EXPECT_FALSE(parse_address("unix:"));
    EXPECT_FALSE(parse_address("unix"));
    EXPECT_FALSE(parse_address("UNIX:/tmp/a"));
    EXPECT_FALSE(parse_address("unix:" + std::string(108, 'p')));
    EXPECT_FALSE(parse_address(std::string_view("unix:\0abstract", 14)));
}

TEST(ParseAddress, ReadsHandedSockets) {
    const std::string longest(255, 'n');
    for (const std::string which : {"3", "4294967295", "web", "pulsar.socket", "a b, c", "3a", "+3",
                                    "@", "-", longest.c_str()}) {
        EXPECT_EQ(parse_address("fd:" + which),
                  (address{.is = kind::handed, .host = {}, .path = which}));
    }
}

TEST(ParseAddress, RejectsWhatCannotBeAHandedSocket) {
    for (const auto* text : {"fd:", "fd:0", "fd:2", "fd:03", "fd:00", "fd:4294967296", "fd:a:b",
                             "fd:web:80", "fd:a\tb", "fd:caf\xc3\xa9", "fd:\x7f"}) {
        EXPECT_EQ(parse_address(text), std::nullopt) << text;
    }
    EXPECT_FALSE(parse_address("fd:" + std::string(256, 'n')));
    EXPECT_FALSE(parse_address(std::string_view("fd:a\0b", 6)));
}

TEST(AddressToString, IsWhatWasParsed) {
    for (const auto* text :
         {"127.0.0.1:8080", "localhost:0", "[::1]:8080", "[fe80::1%eth0]:1", ":8080",
          "unix:/run/pulsar.sock", "unix:unix:a", "unix:@a", "fd:3", "fd:a b"}) {
        EXPECT_EQ(to_string(parse_address(text).value()), text);
    }
}

bool same(std::string_view one, std::string_view other) {
    return is_same(parse_address(one).value(), parse_address(other).value());
}

TEST(AddressIsSame, HoweverItIsWritten) {
    EXPECT_TRUE(same("127.0.0.1:80", "127.0.0.1:80"));
    EXPECT_TRUE(same("127.0.0.1:80", "[::ffff:127.0.0.1]:80"));
    EXPECT_TRUE(same("[::1]:80", "[0:0:0:0:0:0:0:1]:80"));
    EXPECT_TRUE(same("[fe80::1%eth0]:80", "[FE80::0:1%eth0]:80"));
    EXPECT_TRUE(same(":80", ":80"));
    EXPECT_TRUE(same("localhost:80", "localhost:80"));
    EXPECT_TRUE(same("unix:a", "unix:a"));
    EXPECT_TRUE(same("unix:@a", "unix:@a"));
    EXPECT_TRUE(same("fd:3", "fd:3"));
    EXPECT_TRUE(same("fd:web", "fd:web"));
}

TEST(AddressIsSame, OnlyWhereTheTextsTellIt) {
    EXPECT_FALSE(same("127.0.0.1:80", "127.0.0.1:81"));
    EXPECT_FALSE(same("127.0.0.1:80", "127.0.0.2:80"));
    EXPECT_FALSE(same("127.0.0.1:80", "localhost:80"));
    EXPECT_FALSE(same("localhost:80", "Localhost:80"));
    EXPECT_FALSE(same(":80", "0.0.0.0:80"));
    EXPECT_FALSE(same(":80", "[::]:80"));
    EXPECT_FALSE(same("[fe80::1%eth0]:80", "[fe80::1%eth1]:80"));
    EXPECT_FALSE(same("[fe80::1%eth0]:80", "[fe80::1]:80"));
    EXPECT_FALSE(same("unix:a", "unix:./a"));
    EXPECT_FALSE(same("unix:a", "unix:@a"));
    EXPECT_FALSE(same("fd:3", "fd:web"));
    EXPECT_FALSE(same("fd:a", "unix:a"));
}

TEST(AddressIsSame, NeverWithPortZero) {
    for (const auto* text : {"127.0.0.1:0", "[::1]:0", ":0", "localhost:0"})
        EXPECT_FALSE(same(text, text)) << text;
}

}  // namespace
}  // namespace pulsar::net::address_test
