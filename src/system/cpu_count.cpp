#include "pulsar/system/cpu_count.hpp"

#include "pulsar/system/whole_number.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <limits>
#include <sched.h>
#include <sstream>
#include <string_view>
#include <thread>
#include <vector>

namespace pulsar::system {
namespace {

using quota = std::optional<unsigned>;

quota lower(quota a, quota b) {
    return a && b ? std::min(*a, *b) : a ? a : b;
}

/// A mount of a cgroup hierarchy that may have quotas of CPU time, from /proc/self/mountinfo.
struct hierarchy {
    bool v2;
    std::string root;   ///< the cgroup that stands at `point`
    std::string point;  ///< in the file system
};

bool contains(std::string_view comma_separated, std::string_view item) {
    const auto list = ',' + std::string(comma_separated) + ',';
    return list.find(',' + std::string(item) + ',') != std::string::npos;
}

/// With the escapes that the kernel writes for blanks and backslashes, such as \040.
std::string unescaped(std::string_view field) {
    std::string path;
    for (; !field.empty(); field.remove_prefix(1)) {
        unsigned byte = 0;
        if (field.front() == '\\' && field.size() > 3 &&
            std::from_chars(field.data() + 1, field.data() + 4, byte, 8).ptr == field.data() + 4) {
            path += static_cast<char>(byte);
            field.remove_prefix(3);
        } else {
            path += field.front();
        }
    }
    return path;
}

/// The form of the lines is in proc(5).
std::vector<hierarchy> mounted_hierarchies(const std::string& root) {
    std::vector<hierarchy> found;
    std::ifstream mounts(root + "/proc/self/mountinfo");
    for (std::string line; std::getline(mounts, line);) {
        std::istringstream fields(line);
        std::string id, parent, device, top, point, word, type, source, options;
        fields >> id >> parent >> device >> top >> point;
        while (fields >> word && word != "-") {
        }
        fields >> type >> source >> options;
        const bool v2 = type == "cgroup2";
        if (!v2 && !(type == "cgroup" && contains(options, "cpu"))) continue;
        found.push_back({v2, unescaped(top), unescaped(point)});
    }
    return found;
}

/// CPUs, for a quota and a period in microseconds. A quota that is no number means none.
quota cpus(const std::string& limit, const std::string& period) {
    const auto used = whole_number<std::uint64_t>(limit).value_or(0);
    const auto of = whole_number<std::uint64_t>(period).value_or(0);
    if (used == 0 || of == 0) return std::nullopt;
    constexpr std::uint64_t most = std::numeric_limits<unsigned>::max();
    return static_cast<unsigned>(std::min(most, used / of + (used % of == 0 ? 0 : 1)));
}

/// Of the cgroup at `path`, whatever stands above it.
quota own_quota(bool v2, const std::string& path) {
    std::string limit;
    std::string period;
    if (v2) {
        std::ifstream(path + "/cpu.max") >> limit >> period;
    } else {
        std::ifstream(path + "/cpu.cfs_quota_us") >> limit;
        std::ifstream(path + "/cpu.cfs_period_us") >> period;
    }
    return cpus(limit, period);
}

/// Of the cgroup `name` and of those above it, as far as they can be seen.
quota lowest_quota(const hierarchy& in, std::string name, const std::string& root) {
    // In a container, the cgroup that stands at the mount point may be a deep one.
    if (in.root != "/") {
        if (!(name + '/').starts_with(in.root + '/')) return std::nullopt;
        name.erase(0, in.root.size());
    }
    while (name.ends_with('/'))
        name.pop_back();
    const auto top = root + in.point;
    quota lowest = own_quota(in.v2, top);
    for (; !name.empty(); name.erase(name.rfind('/')))
        lowest = lower(lowest, own_quota(in.v2, top + name));
    return lowest;
}

unsigned cpus_by_affinity() {
    cpu_set_t set;
    CPU_ZERO(&set);
    // Fails where the kernel knows more CPUs than cpu_set_t can hold, which is 1024.
    if (::sched_getaffinity(0, sizeof set, &set) != 0) return std::thread::hardware_concurrency();
    return static_cast<unsigned>(CPU_COUNT(&set));
}

}  // namespace

std::optional<unsigned> cpu_quota(const std::string& root) {
    const auto hierarchies = mounted_hierarchies(root);
    quota lowest;
    std::ifstream cgroups(root + "/proc/self/cgroup");
    for (std::string line; std::getline(cgroups, line);) {
        // Of the form `number:controllers:name`, with number 0 and no controllers for version 2.
        const auto first = line.find(':');
        const auto second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        const bool v2 = line.starts_with("0::");
        const auto controllers = line.substr(first + 1, second - first - 1);
        if (!v2 && !contains(controllers, "cpu")) continue;
        const auto name = line.substr(second + 1);
        if (!name.starts_with('/')) continue;
        for (const auto& one : hierarchies)
            if (one.v2 == v2) lowest = lower(lowest, lowest_quota(one, name, root));
    }
    return lowest;
}

unsigned cpu_count(const std::string& root) {
    const auto usable = std::max(cpus_by_affinity(), 1U);
    return std::min(usable, cpu_quota(root).value_or(usable));
}

}  // namespace pulsar::system
