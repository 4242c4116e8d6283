#pragma once

#include <optional>
#include <string>

namespace pulsar::system {

/// How many CPUs the quotas of this process' cgroup and of those above it allow, the lowest of
/// them, rounded up: cpu.max of version 2, cpu.cfs_quota_us of version 1. Nothing where there is no
/// quota, or none that can be read. `root` is put before /proc and the mount points.
std::optional<unsigned> cpu_quota(const std::string& root = {});

/// How many CPUs this process may use, at least 1: by affinity (sched_getaffinity(2)) and
/// cpu_quota().
unsigned cpu_count(const std::string& root = {});

}  // namespace pulsar::system
