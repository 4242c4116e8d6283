#pragma once

#include "pulsar/protocol/proxy_header.hpp"

#include <string>

namespace pulsar::protocol {

/// The header of a connection on behalf of `source`, as read_proxy_header() reads it. Both ends are
/// of one family, and a path has at most 108 bytes. Version 1 knows no Unix sockets: it says
/// UNKNOWN then, as for family `none`.
std::string write_proxy_header(proxy_header::version version, const proxy_address& source,
                               const proxy_address& destination);

}  // namespace pulsar::protocol
