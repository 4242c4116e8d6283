#pragma once

#include <chrono>
#include <cstddef>
#include <sys/types.h>

namespace pulsar::test {

// What a process takes, by proc(5). The calls throw when it has ended.

/// User and system time used so far, in the kernel's ticks.
std::chrono::milliseconds cpu_time(pid_t pid);

/// In bytes.
std::size_t address_space(pid_t pid);

/// Memory that no file backs and that is resident: heap and stacks. In bytes.
std::size_t anonymous_memory(pid_t pid);

std::size_t open_descriptors(pid_t pid);

std::size_t threads(pid_t pid);

/// Whether it has a handler of its own for the signal.
bool catches(pid_t pid, int signal);

/// Raises our own soft limit on open files; false when the hard one is below `count`.
bool allow_open_files(std::size_t count);

}  // namespace pulsar::test
