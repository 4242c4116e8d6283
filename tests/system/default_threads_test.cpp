#include "support/daemon.hpp"
#include "support/isolated.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sched.h>
#include <sstream>
#include <string>
#include <sys/mount.h>
#include <vector>

namespace pulsar::test::default_threads_test {
namespace {

cpu_set_t own_cpus() {
    cpu_set_t own;
    CPU_ZERO(&own);
    EXPECT_EQ(::sched_getaffinity(0, sizeof own, &own), 0);
    return own;
}

/// While it lives, this thread and the children that it starts have only one CPU.
class one_cpu {
  public:
    one_cpu() {
        cpu_set_t first;
        CPU_ZERO(&first);
        std::size_t cpu = 0;
        while (!CPU_ISSET(cpu, &before_))
            ++cpu;
        CPU_SET(cpu, &first);
        EXPECT_EQ(::sched_setaffinity(0, sizeof first, &first), 0);
    }
    ~one_cpu() { ::sched_setaffinity(0, sizeof before_, &before_); }
    one_cpu(const one_cpu&) = delete;
    one_cpu& operator=(const one_cpu&) = delete;

  private:
    cpu_set_t before_ = own_cpus();
};

std::int64_t default_threads() {
    daemon pulsar;
    const auto threads = number(pulsar.wait_for("server", "started"), "threads");
    pulsar.expect_orderly_exit();
    return threads;
}

TEST(DefaultThreads, FollowTheAffinity) {
    const one_cpu only;
    EXPECT_EQ(default_threads(), 1);
}

/// Where the kernel shows the quotas of CPU time, by proc(5).
std::vector<std::string> quota_mounts() {
    std::vector<std::string> points;
    std::ifstream mounts("/proc/self/mountinfo");
    for (std::string line; std::getline(mounts, line);) {
        std::istringstream fields(line);
        std::string id, parent, device, root, point;
        fields >> id >> parent >> device >> root >> point;
        const bool v1 = line.find(" - cgroup ") != line.npos &&
                        (line.ends_with(",cpu") || line.find(",cpu,") != line.npos);
        if (v1 || line.find(" - cgroup2 ") != line.npos) points.push_back(point);
    }
    return points;
}

void set_quota(const std::string& directory, const std::string& quota) {
    std::ofstream(directory + "/cpu.max") << quota << " 100000\n";
    std::ofstream(directory + "/cpu.cfs_quota_us") << quota << '\n';
    std::ofstream(directory + "/cpu.cfs_period_us") << "100000\n";
}

TEST(DefaultThreads, FollowTheQuotaOfTheCgroup) {
    const auto cpus = own_cpus();
    if (CPU_COUNT(&cpus) < 2) GTEST_SKIP() << "needs two CPUs";
    if (quota_mounts().empty()) GTEST_SKIP() << "no cgroups with quotas of CPU time are mounted";
    const auto result = on_small_disk(1 << 20, [](const std::string& directory) {
        for (const auto& point : quota_mounts()) {
            if (::mount(directory.c_str(), point.c_str(), nullptr, MS_BIND, nullptr) != 0) {
                throw not_permitted("cannot mount over " + point);
            }
        }
        set_quota(directory, "100001");
        EXPECT_EQ(default_threads(), 2);
        set_quota(directory, "100000");
        EXPECT_EQ(default_threads(), 1);
    });
    expect_passed(result, "the right to a mount namespace");
}

}  // namespace
}  // namespace pulsar::test::default_threads_test
