#pragma once

#include "pulsar/protocol/frame.hpp"

#include <cstddef>
#include <string_view>

namespace pulsar::protocol {

/// Who it may be that announces a frame which is too large, by the four bytes where its length
/// should be: `http` (a method of RFC 9110), `tls` (a handshake record), `ssh`, `proxy_v1` or
/// `proxy_v2` (a PROXY header), or `little_endian`: read in that order the length is at most
/// `max_payload`. The first that fits, in this order; empty where none does.
std::string_view hint(const header& length, std::size_t max_payload) noexcept;

}  // namespace pulsar::protocol
