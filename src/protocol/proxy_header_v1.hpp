#pragma once

#include "pulsar/protocol/proxy_header.hpp"

namespace pulsar::protocol {

/// The line of version 1, `PROXY TCP4 SOURCE DESTINATION PORT PORT` and CRLF. See
/// read_proxy_header().
proxy_header read_proxy_header_v1(std::string_view stream) noexcept;

}  // namespace pulsar::protocol
