#include "pulsar/protocol/hint.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace pulsar::protocol::hint_test {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t mebibyte = 1024 * 1024;

std::string_view hint_at(std::string_view first_bytes, std::size_t max_payload = mebibyte) {
    header length{};
    for (std::size_t i = 0; i < length.size(); ++i)
        length.at(i) = static_cast<std::byte>(first_bytes.at(i));
    return hint(length, max_payload);
}

TEST(ProtocolHint, KnowsEachMethodOfHttp) {
    for (const auto* request : {"GET / HTTP/1.1", "HEAD /", "POST /", "PUT /", "DELETE /",
                                "CONNECT a:1", "OPTIONS *", "TRACE /"}) {
        EXPECT_EQ(hint_at(request), "http") << request;
    }
    EXPECT_EQ(hint_at("PATCH /"), "");  // is not of RFC 9110
    EXPECT_EQ(hint_at("get /"), "");
    EXPECT_EQ(hint_at("GETS"), "");
    EXPECT_EQ(hint_at("PRI * HTTP/2.0"), "");
}

TEST(ProtocolHint, KnowsATlsHandshake) {
    EXPECT_EQ(hint_at("\x16\x03\x00\x02"sv), "tls");
    EXPECT_EQ(hint_at("\x16\x03\x01\x02"sv), "tls");
    EXPECT_EQ(hint_at("\x16\x03\x04\xff"sv), "tls");
    EXPECT_EQ(hint_at("\x16\x03\x05\xff"sv), "");
    EXPECT_EQ(hint_at("\x15\x03\x01\xff"sv), "");
}

TEST(ProtocolHint, KnowsSshAndProxyHeaders) {
    EXPECT_EQ(hint_at("SSH-2.0-OpenSSH_9.2"), "ssh");
    EXPECT_EQ(hint_at("SSH2"), "");
    EXPECT_EQ(hint_at("PROXY TCP4"), "proxy_v1");
    EXPECT_EQ(hint_at("\r\n\r\n\0\r\nQUIT\n"sv), "proxy_v2");
}

TEST(ProtocolHint, KnowsALengthInTheOtherOrder) {
    EXPECT_EQ(hint_at("\x40\0\0\0"sv), "little_endian");
    EXPECT_EQ(hint_at("\0\0\x10\0"sv), "little_endian");  // a mebibyte
    EXPECT_EQ(hint_at("\x01\0\x10\0"sv), "");             // and one byte
    EXPECT_EQ(hint_at("\x05\0\0\0"sv, 5), "little_endian");
    EXPECT_EQ(hint_at("\x06\0\0\0"sv, 5), "");
}

TEST(ProtocolHint, TakesTheFirstThatFits) {
    constexpr std::size_t gibibyte = 1024 * mebibyte;
    EXPECT_EQ(hint_at("\x16\x03\x01\x02"sv, gibibyte), "tls");
    EXPECT_EQ(hint_at("\r\n\r\n", gibibyte), "proxy_v2");
    EXPECT_EQ(hint_at("GET ", gibibyte), "http");
}

TEST(ProtocolHint, SaysNothingOfOtherBytes) {
    EXPECT_EQ(hint_at("\xff\xff\xff\xff"sv), "");
    EXPECT_EQ(hint_at("abcd"), "");
}

}  // namespace
}  // namespace pulsar::protocol::hint_test
