#pragma once

#include "pulsar/net/connection.hpp"

namespace pulsar::net {

/// Serves one connection to its end: starts its coroutine on the calling thread, which must be that
/// of `loop`. `options`, `record` and `observer` outlive the connection; the observer is told when
/// it is closed. What goes wrong with one connection closes that one.
void serve(event_loop& loop, unique_socket socket, const connection_options& options,
           connection_record& record, connection_observer& observer) noexcept;

/// Ends one that there was no memory to serve, in place of serve(): it is logged and counted like
/// any other. Any thread.
void end_unserved(connection_record& record, connection_observer& observer) noexcept;

}  // namespace pulsar::net
