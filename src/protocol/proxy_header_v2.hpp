#pragma once

#include "pulsar/protocol/proxy_header.hpp"

namespace pulsar::protocol {

/// Of version 2, the binary one, by which it is known from version 1.
inline constexpr std::string_view proxy_signature{"\r\n\r\n\0\r\nQUIT\n", 12};

/// Of a Unix socket's path, without a null byte at its end where it has so many.
inline constexpr std::size_t proxy_unix_size = 108;

/// See read_proxy_header().
proxy_header read_proxy_header_v2(std::span<const std::byte> stream) noexcept;

}  // namespace pulsar::protocol
