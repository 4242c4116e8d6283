#include "pulsar/net/address.hpp"

#include <gtest/gtest.h>

namespace pulsar::net {
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
    EXPECT_EQ(parse_address("[::ffff:127.0.0.1]:1"), tcp("::ffff:127.0.0.1", 1));
    EXPECT_EQ(parse_address("[fe80::1%eth0]:1"), tcp("fe80::1%eth0", 1));
    EXPECT_EQ(parse_address("[fe80::1%2]:1"), tcp("fe80::1%2", 1));
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
    for (const auto* text : {"::1:80",         ":::80",
                             "[::1:80",        "::1]:80",
                             "[]:80",          "[:::]:80",
                             "[127.0.0.1]:80", "[localhost]:80",
                             "[::1]x:80",      "x[::1]:80",
                             "[::1%]:80",      "[::1%eth0%]:80",
                             "[::1%a/b]:80",   "[::1%sixteen_letters_]:80",
                             "*:80",           "a b:80",
                             " localhost:80",  "a..b:80",
                             ".:80",           ".a:80",
                             "-a:80",          "a,b:80",
                             "http://a:80",    "user@host:80",
                             "caf\xc3\xa9:80", "a\n:80"}) {
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

TEST(AddressToString, IsWhatWasParsed) {
    for (const auto* text : {"127.0.0.1:8080", "localhost:0", "[::1]:8080", "[fe80::1%eth0]:1",
                             ":8080", "unix:/run/pulsar.sock", "unix:unix:a"}) {
        EXPECT_EQ(to_string(parse_address(text).value()), text);
    }
}

}  // namespace
}  // namespace pulsar::net
