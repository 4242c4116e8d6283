#pragma once

#include "pulsar/protocol/proxy_header.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace pulsar::test {

inline protocol::proxy_header read_header(std::string_view stream) {
    return protocol::read_proxy_header(std::as_bytes(std::span(stream)));
}

/// Whole at its last byte, whatever follows, and incomplete before, with a bound of what is missing
/// that never leads beyond it. Returns it; views are into `header`.
inline protocol::proxy_header expect_good(std::string_view header) {
    SCOPED_TRACE(testing::PrintToString(header));
    for (std::size_t n = 0; n < header.size(); ++n) {
        const auto part = read_header(header.substr(0, n));
        EXPECT_EQ(part.is, protocol::proxy_header::state::incomplete) << n;
        EXPECT_GE(part.size, 1U) << n;
        EXPECT_LE(part.size, header.size() - n) << n;
        EXPECT_EQ(part.error, "") << n;
    }
    for (const auto* behind : {"\r\n", "PROXY TCP4 ", "A"}) {
        const auto more = read_header(std::string(header) + behind);
        EXPECT_EQ(more.is, protocol::proxy_header::state::complete);
        EXPECT_EQ(more.size, header.size());
    }
    const auto whole = read_header(header);
    EXPECT_EQ(whole.is, protocol::proxy_header::state::complete);
    EXPECT_EQ(whole.size, header.size());
    return whole;
}

/// Bad from the byte at `where` on, and incomplete before.
inline void expect_bad(std::string_view stream, std::size_t where) {
    SCOPED_TRACE(testing::PrintToString(stream));
    ASSERT_LT(where, stream.size());
    for (std::size_t n = 0; n <= where; ++n) {
        EXPECT_EQ(read_header(stream.substr(0, n)).is, protocol::proxy_header::state::incomplete)
            << n;
    }
    for (std::size_t n = where + 1; n <= stream.size(); ++n) {
        const auto part = read_header(stream.substr(0, n));
        EXPECT_EQ(part.is, protocol::proxy_header::state::bad) << n;
        EXPECT_EQ(part.size, where) << n;
        EXPECT_NE(part.error, "") << n;
    }
}

/// The IP address as text, and the port.
inline void expect_address(const protocol::proxy_address& found, const std::string& ip,
                           unsigned port) {
    const bool v6 = ip.find(':') != std::string::npos;
    EXPECT_EQ(found.is,
              v6 ? protocol::proxy_address::family::ipv6 : protocol::proxy_address::family::ipv4);
    std::array<std::byte, 16> bytes{};
    ASSERT_EQ(::inet_pton(v6 ? AF_INET6 : AF_INET, ip.c_str(), bytes.data()), 1) << ip;
    EXPECT_EQ(found.ip, bytes) << ip;
    EXPECT_EQ(found.port, port);
}

}  // namespace pulsar::test
