#pragma once

#include <string>

namespace pulsar::test {

/// The header of version 2: `command` is its 13th byte, `family` the 14th.
std::string proxy_v2(int command, int family, const std::string& block = {});

/// One of TCP over IPv4, from 192.0.2.1:4000 to 198.51.100.7:443, and as the log shows that.
inline const std::string proxy_v1_line = "PROXY TCP4 192.0.2.1 198.51.100.7 4000 443\r\n";
std::string proxy_v2_tcp4(const std::string& tlvs = {});
inline const std::string proxied_client = "192.0.2.1:4000";

}  // namespace pulsar::test
