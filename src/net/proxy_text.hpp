#pragma once

#include "pulsar/protocol/proxy_header.hpp"

#include <string>

namespace pulsar::net {

/// As that of an endpoint. Not for one of family `none`.
std::string to_string(const protocol::proxy_address& address);

}  // namespace pulsar::net
