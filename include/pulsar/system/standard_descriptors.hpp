#pragma once

namespace pulsar::system {

/// Opens /dev/null in place of those of the descriptors 0, 1 and 2 that are closed, so that no
/// socket gets a number that others take for a standard stream. Where there is no /dev/null, the
/// number is taken, and reads and writes still fail. Call it before anything opens a descriptor.
void open_standard_descriptors() noexcept;

}  // namespace pulsar::system
