#pragma once

/// What stands in for those of the descriptors 0, 1 and 2 that are closed, so that no socket gets
/// a number that others take for a standard stream. Call one of these before anything opens a
/// descriptor.
namespace pulsar::system {

/// Opens /dev/null in their place; where there is none, as reserve_standard_descriptors().
void open_standard_descriptors() noexcept;

/// Takes their numbers: what is read or written there still fails, with EBADF.
void reserve_standard_descriptors() noexcept;

}  // namespace pulsar::system
