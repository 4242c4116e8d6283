#include "proxy_header_cases.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace pulsar::test::protocol_proxy_header_v2_test {
namespace {

using namespace std::string_literals;
using protocol::proxy_address;
using protocol::proxy_header;

const auto signature = "\r\n\r\n\0\r\nQUIT\n"s;
const auto v4_addresses = "\xc0\x00\x02\x01\xc6\x33\x64\x07\x0f\xa0\x01\xbb"s;
const auto v6_addresses =
    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\x0f\xa0\x01\xbb"s;

std::string two_bytes(std::size_t number) {
    return {static_cast<char>(number >> 8), static_cast<char>(number)};
}

std::string start(int command, int family, std::size_t length) {
    return signature + static_cast<char>(command) + static_cast<char>(family) + two_bytes(length);
}

std::string made(int command, int family, const std::string& block) {
    return start(command, family, block.size()) + block;
}

std::string tlv(int type, const std::string& value) {
    return static_cast<char>(type) + two_bytes(value.size()) + value;
}

std::string padded(std::string path) {
    path.resize(108);
    return path;
}

TEST(ProxyHeaderV2, TellsTheAddresses) {
    for (const int transport : {1, 2}) {
        const auto v4 = made(0x21, 0x10 + transport, v4_addresses);
        const auto read = expect_good(v4);
        EXPECT_EQ(read.from, proxy_header::version::v2);
        EXPECT_EQ(read.what, proxy_header::command::proxy);
        expect_address(read.source, "192.0.2.1", 4000);
        expect_address(read.destination, "198.51.100.7", 443);

        const auto v6 = made(0x21, 0x20 + transport, v6_addresses);
        const auto other = expect_good(v6);
        expect_address(other.source, "2001:db8::1", 4000);
        expect_address(other.destination, "::1", 443);
    }
}

TEST(ProxyHeaderV2, TellsUnixPaths) {
    const auto long_path = std::string(108, 'p');
    for (const int family : {0x31, 0x32}) {
        const auto bytes = made(0x21, family, padded("/run/a") + padded(long_path));
        const auto read = expect_good(bytes);
        EXPECT_EQ(read.source.is, proxy_address::family::unix_path);
        EXPECT_EQ(read.source.path, "/run/a");
        EXPECT_EQ(read.destination.path, long_path);
    }
    const auto bytes = made(0x21, 0x31, padded("\0na\0me"s) + padded(""));
    const auto read = expect_good(bytes);
    EXPECT_EQ(read.source.path, "\0na\0me"s);
    EXPECT_EQ(read.destination.path, "");
}

/// Of a local connection nothing is looked at, the family included.
TEST(ProxyHeaderV2, KeepsTheRealAddressWhereNoneIsGiven) {
    const std::initializer_list<std::string> headers{
        made(0x20, 0, ""),           made(0x20, 0x11, v4_addresses),
        made(0x20, 0xff, "\3\0\1"s), made(0x20, 0x11, ""),
        made(0x21, 0, ""),           made(0x21, 0, "any\xff"),
        made(0x21, 0x10, "\1\2"),    made(0x21, 0x01, ""),
        made(0x21, 0x02, "abc"),     made(0x21, 0x30, "\3\0\5"s)};
    for (const auto& bytes : headers) {
        const auto read = expect_good(bytes);
        EXPECT_EQ(read.what == proxy_header::command::local, bytes[12] == 0x20);
        EXPECT_EQ(read.source.is, proxy_address::family::none);
        EXPECT_EQ(read.destination.is, proxy_address::family::none);
    }
}

TEST(ProxyHeaderV2, IsBadAtTheFirstByteThatCannotBelong) {
    for (std::size_t i = 1; i < signature.size(); ++i) {
        auto wrong = made(0x21, 0x11, v4_addresses);
        wrong[i] ^= 1;
        expect_bad(wrong, i);
    }
    for (const int command : {0x01, 0x11, 0x31, 0xf1, 0x22, 0x2f, 0x00})
        expect_bad(made(command, 0x11, v4_addresses), 12);
    for (const int family : {0x13, 0x1f, 0x41, 0xf1, 0x03, 0x40, 0xff})
        expect_bad(made(0x21, family, v4_addresses), 13);
}

TEST(ProxyHeaderV2, IsBadWhereTheAddressesAreLongerThanTheHeader) {
    expect_bad(made(0x21, 0x11, v4_addresses.substr(1)), 15);
    expect_bad(made(0x21, 0x12, ""), 15);
    expect_bad(made(0x21, 0x21, v6_addresses.substr(1)), 15);
    expect_bad(made(0x21, 0x31, std::string(215, 'p')), 15);
}

TEST(ProxyHeaderV2, HasFourKibibytesAtMost) {
    for (const int family : {0x00, 0x11}) {
        const auto block = family == 0 ? ""s : v4_addresses;
        const auto fits = 4096 - 16 - block.size() - 3;
        expect_good(made(0x21, family, block + tlv(4, std::string(fits, 'x'))));
        expect_bad(made(0x21, family, block + tlv(4, std::string(fits + 1, 'x'))), 15);
    }
    expect_bad(start(0x21, 0x11, 0x1000) + v4_addresses, 14);
    expect_bad(start(0x20, 0, 0xffff) + "x", 14);
}

TEST(ProxyHeaderV2, SkipsWhatElseIsInIt) {
    const auto tlvs = tlv(1, "h2") + tlv(2, "example.com") + tlv(4, "") + tlv(5, "id") +
                      tlv(0x20, "\1\0\0\0\0"s + tlv(0x21, "TLSv1.3")) + tlv(0xea, "vendor") +
                      tlv(4, std::string(300, 'x'));
    for (const int family : {0x11, 0x21}) {
        const auto bytes =
            made(0x21, family, (family == 0x11 ? v4_addresses : v6_addresses) + tlvs);
        EXPECT_EQ(expect_good(bytes).source.port, 4000);
    }
    expect_good(made(0x21, 0x31, padded("/a") + padded("/b") + tlvs));
}

TEST(ProxyHeaderV2, IsBadAtATlvThatIsLongerThanTheHeader) {
    const auto at = 16 + v4_addresses.size();
    expect_bad(made(0x21, 0x11, v4_addresses + "\4"), 15);
    expect_bad(made(0x21, 0x11, v4_addresses + "\4\0"s), 15);
    expect_bad(made(0x21, 0x11, v4_addresses + "\4\0\1"s), at + 2);
    expect_bad(made(0x21, 0x11, v4_addresses + "\4\1\0x"s), at + 1);
    expect_bad(made(0x21, 0x11, v4_addresses + tlv(5, "id") + "\4\0\3ab"s), at + 5 + 2);
    // A TLV leaves less behind it than the smallest one.
    expect_bad(made(0x21, 0x11, v4_addresses + tlv(5, "id") + "\4"), at + 2);
    expect_bad(made(0x21, 0x11, v4_addresses + tlv(5, "id") + "\4\0"s), at + 2);
}

TEST(ProxyHeaderV2, ChecksItsSum) {
    const auto at = 16 + v4_addresses.size();
    // Made by a bitwise implementation, which gives 0xe3069283 for "123456789".
    const auto in_front =
        made(0x21, 0x11, v4_addresses + tlv(3, "\x55\x3a\x8d\x9d") + tlv(5, "abc"));
    const auto at_the_end =
        made(0x21, 0x11, v4_addresses + tlv(4, "") + tlv(3, "\xf0\x6c\x66\x9a"));
    expect_good(in_front);
    expect_good(at_the_end);
    for (const auto i : {at - 1, at + 3, at + 6, at + 10, at + 12}) {  // no length among them
        auto wrong = in_front;
        wrong[i] ^= 1;
        expect_bad(wrong + "behind", wrong.size() - 1);
    }
    auto swapped = at_the_end;
    std::swap(swapped[at + 6], swapped[at + 7]);
    expect_bad(swapped, swapped.size() - 1);
}

TEST(ProxyHeaderV2, HasOneSumOfFourBytes) {
    const auto at = 16 + v4_addresses.size();
    expect_bad(made(0x21, 0x11, v4_addresses + tlv(3, "abcde")), at);  // leaves a byte
    expect_bad(made(0x21, 0x11, v4_addresses + tlv(3, "abc")), at);
    expect_bad(made(0x21, 0x11, v4_addresses + tlv(3, "") + tlv(4, "abcd")), at + 2);
    expect_bad(made(0x21, 0x11, v4_addresses + tlv(3, std::string(256, 'x'))), at + 1);
    const auto two = v4_addresses + tlv(3, "abcd") + tlv(3, "abcd");
    expect_bad(made(0x21, 0x11, two), at + 7);
}

}  // namespace
}  // namespace pulsar::test::protocol_proxy_header_v2_test
