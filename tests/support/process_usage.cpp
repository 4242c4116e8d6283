#include "support/process_usage.hpp"

#include "support/temp_dir.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace pulsar::test {
namespace {

std::string directory_of(pid_t pid) {
    return "/proc/" + std::to_string(pid) + "/";
}

/// What stands behind `label` in the status of the process, or of a thread.
std::string status_of(const std::string& directory, const std::string& label) {
    std::istringstream status(read_file(directory + "status"));
    for (std::string word, value; status >> word;) {
        if (word == label && status >> value) return value;
    }
    throw std::runtime_error("no " + label + " in " + directory);
}

std::string status_of(pid_t pid, const std::string& label) {
    return status_of(directory_of(pid), label);
}

/// What stands in the stat of the process, or of a thread, behind its name, from the state on.
std::istringstream stat_of(const std::string& directory) {
    const auto stat = read_file(directory + "stat");
    return std::istringstream(stat.substr(stat.rfind(')') + 2));
}

/// What `of` tells of each thread, which it gets the directory of. A thread may end meanwhile, and
/// then is not among them.
template <class T, class Of>
std::map<pid_t, T> by_thread(pid_t pid, const Of& of) {
    std::map<pid_t, T> all;
    for (const auto& task : std::filesystem::directory_iterator(directory_of(pid) + "task")) {
        try {
            all[std::stoi(task.path().filename())] = of(task.path().string() + "/");
        } catch (const std::runtime_error&) {
            std::error_code gone;
            if (std::filesystem::exists(task.path(), gone)) throw;
        }
    }
    return all;
}

std::size_t context_switches_of(const std::string& directory) {
    return std::stoul(status_of(directory, "voluntary_ctxt_switches:"));
}

std::size_t entries(const std::string& directory) {
    const std::filesystem::directory_iterator listed(directory);
    return static_cast<std::size_t>(std::distance(begin(listed), end(listed)));
}

}  // namespace

std::chrono::milliseconds cpu_time(pid_t pid) {
    auto fields = stat_of(directory_of(pid));
    std::string skipped;
    for (int field = 3; field < 14; ++field)
        fields >> skipped;
    long user = 0;
    long system = 0;
    fields >> user >> system;
    return std::chrono::milliseconds((user + system) * 1000 / ::sysconf(_SC_CLK_TCK));
}

std::size_t address_space(pid_t pid) {
    std::istringstream fields(read_file(directory_of(pid) + "statm"));
    std::size_t pages = 0;
    fields >> pages;
    return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t anonymous_memory(pid_t pid) {
    return std::stoul(status_of(pid, "RssAnon:")) * 1024;
}

std::size_t peak_memory(pid_t pid) {
    return std::stoul(status_of(pid, "VmHWM:")) * 1024;
}

std::size_t context_switches(pid_t pid) {
    return context_switches_of(directory_of(pid));
}

std::map<pid_t, std::chrono::nanoseconds> cpu_time_by_thread(pid_t pid) {
    return by_thread<std::chrono::nanoseconds>(pid, [](const std::string& thread) {
        return std::chrono::nanoseconds(std::stoll(read_file(thread + "schedstat")));
    });
}

std::size_t open_descriptors(pid_t pid) {
    return entries(directory_of(pid) + "fd");
}

namespace {

/// For each epoll(7) descriptor, what it watches: as in /proc/PID/fd, or empty where that is
/// closed.
std::map<int, std::vector<std::string>> watched(pid_t pid) {
    const std::filesystem::path files = directory_of(pid) + "fd";
    std::map<int, std::vector<std::string>> result;
    for (const auto& file : std::filesystem::directory_iterator(files)) {
        std::error_code gone;  // what lists the directory, in our own process
        if (std::filesystem::read_symlink(file, gone) != "anon_inode:[eventpoll]") continue;
        const auto epoll = file.path().filename().string();
        auto& targets = result[std::stoi(epoll)];
        std::istringstream entries(read_file(directory_of(pid) + "fdinfo/" + epoll));
        for (std::string word, descriptor; entries >> word;) {
            if (word != "tfd:" || !(entries >> descriptor)) continue;
            targets.push_back(std::filesystem::read_symlink(files / descriptor, gone).string());
        }
    }
    return result;
}

}  // namespace

std::map<int, std::size_t> watched_sockets(pid_t pid) {
    std::map<int, std::size_t> sockets;
    for (const auto& [epoll, targets] : watched(pid)) {
        sockets[epoll] = static_cast<std::size_t>(
            std::count_if(targets.begin(), targets.end(),
                          [](const auto& target) { return target.starts_with("socket:"); }));
    }
    return sockets;
}

bool watches_closed_descriptors(pid_t pid) {
    const auto all = watched(pid);
    return std::any_of(all.begin(), all.end(), [](const auto& one) {
        return std::count(one.second.begin(), one.second.end(), "") > 0;
    });
}

std::size_t threads(pid_t pid) {
    return entries(directory_of(pid) + "task");
}

bool sleeps(pid_t pid) {
    // Two threads may wake each other in turn, each seen asleep. Who goes to sleep is counted.
    const auto before = by_thread<std::size_t>(pid, context_switches_of);
    const std::filesystem::directory_iterator tasks(directory_of(pid) + "task");
    const bool all_sleep = std::all_of(begin(tasks), end(tasks), [](const auto& task) {
        return stat_of(task.path().string() + "/").get() == 'S';
    });
    return all_sleep && by_thread<std::size_t>(pid, context_switches_of) == before;
}

bool catches(pid_t pid, int signal) {
    return std::stoull(status_of(pid, "SigCgt:"), nullptr, 16) >> (signal - 1) & 1;
}

rlim_t set_soft_limit(pid_t pid, int resource, rlim_t soft) {
    const auto which = static_cast<__rlimit_resource>(resource);
    rlimit limit{};
    const bool known = ::prlimit(pid, which, nullptr, &limit) == 0;
    const auto before = std::exchange(limit.rlim_cur, soft);
    if (!known || ::prlimit(pid, which, &limit, nullptr) != 0) {
        throw std::system_error(errno, std::generic_category(), "prlimit");
    }
    return before;
}

rlim_t leave_no_descriptor(pid_t pid) {
    rlim_t first_free = 0;
    while (std::filesystem::is_symlink(directory_of(pid) + "fd/" + std::to_string(first_free)))
        ++first_free;
    return set_soft_limit(pid, RLIMIT_NOFILE, first_free);
}

bool allow_open_files(std::size_t count) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max < count) return false;
    if (limit.rlim_cur >= count) return true;
    limit.rlim_cur = count;
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

}  // namespace pulsar::test
