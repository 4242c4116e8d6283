#pragma once

namespace pulsar::app {

/// Lets malloc keep the memory of large frames' buffers for the next ones, up to 8 MiB unused at
/// the end of each arena, where by default it maps and unmaps every one of them (mallopt(3)). For
/// the whole process, before it starts threads. Does nothing where the C library is not glibc.
void keep_large_buffers() noexcept;

}  // namespace pulsar::app
