#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <sys/resource.h>
#include <sys/types.h>

namespace pulsar::test {

// What a process takes, by proc(5). The calls throw when it has ended.

/// User and system time used so far, in the kernel's ticks.
std::chrono::milliseconds cpu_time(pid_t pid);

/// In bytes.
std::size_t address_space(pid_t pid);

/// Memory that no file backs and that is resident: heap and stacks. In bytes.
std::size_t anonymous_memory(pid_t pid);

/// The most memory that was ever resident, in bytes.
std::size_t peak_memory(pid_t pid);

/// How often its first thread has waited for something.
std::size_t context_switches(pid_t pid);

/// User and system time used so far by each of its threads.
std::map<pid_t, std::chrono::nanoseconds> cpu_time_by_thread(pid_t pid);

std::size_t open_descriptors(pid_t pid);

/// For each epoll(7) descriptor of the process, how many sockets it watches.
std::map<int, std::size_t> watched_sockets(pid_t pid);

/// Whether one of these watches a descriptor that the process has closed and another still has.
bool watches_closed_descriptors(pid_t pid);

std::size_t threads(pid_t pid);

/// Whether all of its threads wait in the kernel, at one moment, for something to happen.
bool sleeps(pid_t pid);

/// Whether it has a handler of its own for the signal.
bool catches(pid_t pid, int signal);

/// Sets a soft limit (RLIMIT_*) of a process; returns the one before.
rlim_t set_soft_limit(pid_t pid, int resource, rlim_t soft);

/// Lowers its soft limit on open files so that it gets no more; returns the one before.
rlim_t leave_no_descriptor(pid_t pid);

/// Raises our own soft limit on open files; false when the hard one is below `count`.
bool allow_open_files(std::size_t count);

}  // namespace pulsar::test
