#pragma once

#include <cstddef>
#include <string>

namespace pulsar::net {

/// A socket address as the log shows it: `127.0.0.1:80`, `[::1]:80`, `unix:PATH`. An IPv4 address
/// that is mapped into IPv6 is written plainly; a Unix socket without a name is `unix:`.
/// `address` is a sockaddr of `size` bytes.
std::string to_string(const void* address, std::size_t size);

/// That of a socket's own end; empty when it has none.
std::string local_address(int descriptor);

}  // namespace pulsar::net
