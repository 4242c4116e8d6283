#pragma once

#include "pulsar/net/connection.hpp"

namespace pulsar::net {

/// Serves one connection to its end: starts its coroutine on the calling thread, which must be that
/// of `loop`. `options`, `record` and `owner` outlive the connection; the owner is told when it is
/// closed. What goes wrong with one connection closes that one.
void serve(event_loop& loop, accepted socket, const connection_options& options,
           connection_record& record, connection_owner& owner) noexcept;

}  // namespace pulsar::net
