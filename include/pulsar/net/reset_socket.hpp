#pragma once

namespace pulsar::net {

/// Closes a socket that nobody serves, so that its peer gets a reset.
void reset_socket(int descriptor) noexcept;

}  // namespace pulsar::net
