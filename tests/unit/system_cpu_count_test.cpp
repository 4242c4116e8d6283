#include "pulsar/system/cpu_count.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace pulsar::test::system_cpu_count_test {
namespace {

using system::cpu_quota;

/// A root directory with what the kernel shows of cgroups.
class host {
  public:
    host() {
        std::filesystem::create_directories(root() + "/proc/self");
        write("/proc/self/mountinfo", "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n");
    }
    [[nodiscard]] std::string root() const { return dir_ / "root"; }

    void write(const std::string& path, const std::string& content) {
        const auto full = root() + path;
        std::filesystem::create_directories(std::filesystem::path(full).parent_path());
        write_file(full, content);
    }
    void cgroups(const std::string& lines) { write("/proc/self/cgroup", lines); }
    void mounts(const std::string& lines) {
        write("/proc/self/mountinfo", read_file(root() + "/proc/self/mountinfo") + lines);
    }
    /// The hierarchy of version 2, with its cgroup `top` at the usual place.
    void mount_v2(const std::string& top = "/") {
        mounts("35 22 0:30 " + top + " /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n");
    }
    void mount_v1(const std::string& top = "/") {
        mounts("36 22 0:31 " + top +
               " /sys/fs/cgroup/cpu,cpuacct rw shared:9 master:2 - cgroup cgroup rw,cpu,cpuacct\n"
               "37 22 0:32 / /sys/fs/cgroup/cpuset rw shared:9 - cgroup cgroup rw,cpuset\n");
    }
    void v1_quota(const std::string& path, const std::string& quota, const std::string& period) {
        write("/sys/fs/cgroup/cpu,cpuacct" + path + "/cpu.cfs_quota_us", quota);
        write("/sys/fs/cgroup/cpu,cpuacct" + path + "/cpu.cfs_period_us", period);
    }
    [[nodiscard]] std::optional<unsigned> quota() const { return cpu_quota(root()); }

  private:
    temp_dir dir_;
};

TEST(SystemCpuCount, ThereIsNoQuotaWithoutCgroups) {
    const host bare;
    EXPECT_EQ(bare.quota(), std::nullopt);
    EXPECT_GE(system::cpu_count(bare.root()), 1U);
    EXPECT_EQ(cpu_quota("/nonexistent"), std::nullopt);
}

TEST(SystemCpuCount, IsRoundedUp) {
    host v2;
    v2.cgroups("0::/a.slice\n");
    v2.mount_v2();
    const std::pair<const char*, unsigned> quotas[] = {
        {"1000 100000", 1},   {"100000 100000", 1}, {"100001 100000", 2}, {"150000 100000", 2},
        {"200000 100000", 2}, {"50000 10000", 5},   {"700000 100000", 7}};
    for (const auto& [text, cpus] : quotas) {
        v2.write("/sys/fs/cgroup/a.slice/cpu.max", std::string(text) + '\n');
        EXPECT_EQ(v2.quota(), cpus) << text;
    }
}

TEST(SystemCpuCount, TheLowestOnTheWayUpCounts) {
    host nested;
    nested.cgroups("0::/a/b/c\n");
    nested.mount_v2();
    nested.write("/sys/fs/cgroup/a/b/c/cpu.max", "900000 100000\n");
    EXPECT_EQ(nested.quota(), 9U);
    nested.write("/sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
    EXPECT_EQ(nested.quota(), 9U);
    nested.write("/sys/fs/cgroup/a/cpu.max", "300000 100000\n");
    EXPECT_EQ(nested.quota(), 3U);
    nested.write("/sys/fs/cgroup/cpu.max", "200000 100000\n");
    EXPECT_EQ(nested.quota(), 2U);
    nested.write("/sys/fs/cgroup/a/b/c/cpu.max", "100000 100000\n");
    EXPECT_EQ(nested.quota(), 1U);
    nested.write("/sys/fs/cgroup/other/cpu.max", "1 100000\n");
    nested.write("/sys/fs/cgroup/a/b/c/d/cpu.max", "1 100000\n");
    nested.cgroups("0::/other2\n");
    EXPECT_EQ(nested.quota(), 2U);
}

TEST(SystemCpuCount, ReadsVersion1) {
    host v1;
    v1.cgroups("12:cpuset:/\n4:cpu,cpuacct:/x/y\n1:name=systemd:/x/y\n");
    v1.mount_v1();
    v1.v1_quota("", "-1\n", "100000\n");
    EXPECT_EQ(v1.quota(), std::nullopt);
    v1.v1_quota("/x", "350000\n", "100000\n");
    v1.v1_quota("/x/y", "-1\n", "100000\n");
    EXPECT_EQ(v1.quota(), 4U);
    v1.v1_quota("/x/y", "100000\n", "50000\n");
    EXPECT_EQ(v1.quota(), 2U);
}

TEST(SystemCpuCount, AHybridHasItsCpusInVersion1) {
    host hybrid;
    hybrid.cgroups("4:cpu,cpuacct:/x\n0::/x\n");
    hybrid.mount_v1();
    hybrid.mounts("38 22 0:33 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
    hybrid.v1_quota("/x", "250000", "100000");
    EXPECT_EQ(hybrid.quota(), 3U);
    hybrid.write("/sys/fs/cgroup/unified/x/cpu.max", "100000 100000");
    EXPECT_EQ(hybrid.quota(), 1U);
}

TEST(SystemCpuCount, AContainerSeesItsCgroupAtTheMountPoint) {
    host v1;
    v1.cgroups("4:cpu,cpuacct:/docker/1a2b\n");
    v1.mount_v1("/docker/1a2b");
    v1.v1_quota("", "150000\n", "100000\n");
    EXPECT_EQ(v1.quota(), 2U);
    v1.cgroups("4:cpu,cpuacct:/docker/1a2b/inner\n");
    v1.v1_quota("/inner", "50000\n", "100000\n");
    EXPECT_EQ(v1.quota(), 1U);
    // What is mounted there is another one's.
    v1.cgroups("4:cpu,cpuacct:/docker/1a2b3c\n");
    EXPECT_EQ(v1.quota(), std::nullopt);

    host v2;  // with a namespace of its own
    v2.cgroups("0::/\n");
    v2.mount_v2();
    v2.write("/sys/fs/cgroup/cpu.max", "450000 100000\n");
    EXPECT_EQ(v2.quota(), 5U);
}

TEST(SystemCpuCount, FindsTheHierarchyWhereverItIsMounted) {
    host odd;
    odd.cgroups("0::/a b:c\n");
    odd.mounts("35 22 0:30 / /mnt/c\\040g\\134x rw - cgroup2 none rw\n");
    odd.write("/mnt/c g\\x/a b:c/cpu.max", "600000 100000\n");
    EXPECT_EQ(odd.quota(), 6U);
}

TEST(SystemCpuCount, NonsenseIsNoQuota) {
    host v2;
    v2.cgroups("0::/a\n");
    v2.mount_v2();
    for (const std::string text :
         {"", "\n", "max", "max 100000", "100000", "100000 ", "100000 0", "0 100000", "-1 100000",
          "1e5 100000", "0x10 100000", "100000 max", "99999999999999999999 1", "\xff\xfe", " "}) {
        v2.write("/sys/fs/cgroup/a/cpu.max", text);
        EXPECT_EQ(v2.quota(), std::nullopt) << text;
    }
    v2.write("/sys/fs/cgroup/a/cpu.max", "18446744073709551615 1");
    EXPECT_EQ(v2.quota(), 4'294'967'295U);
    v2.write("/sys/fs/cgroup/a/cpu.max", "100000 100000");
    for (const auto* lines :
         {"", "\n", ":", "::", "0:", "0:/a\n", "0::a\n", "0::\n", "x:cpu:/a\n"}) {
        v2.cgroups(lines);
        EXPECT_EQ(v2.quota(), std::nullopt) << lines;
    }
    v2.cgroups("nonsense\n0::/a\n");
    EXPECT_EQ(v2.quota(), 1U);
    v2.write("/proc/self/mountinfo", "35 22\n - \n\n35 22 0:30 / /x rw cgroup2\n");
    EXPECT_EQ(v2.quota(), std::nullopt);
}

TEST(SystemCpuCount, IsAtMostTheQuota) {
    host v2;
    v2.cgroups("0::/\n");
    v2.mount_v2();
    v2.write("/sys/fs/cgroup/cpu.max", "10000 100000\n");
    EXPECT_EQ(system::cpu_count(v2.root()), 1U);
    v2.write("/sys/fs/cgroup/cpu.max", "max 100000\n");
    const auto by_affinity = system::cpu_count(v2.root());
    v2.write("/sys/fs/cgroup/cpu.max", "100000000000 100000\n");
    EXPECT_EQ(system::cpu_count(v2.root()), by_affinity);
}

}  // namespace
}  // namespace pulsar::test::system_cpu_count_test
