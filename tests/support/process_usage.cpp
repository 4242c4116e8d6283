#include "support/process_usage.hpp"

#include "support/temp_dir.hpp"

#include <filesystem>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace pulsar::test {
namespace {

std::string directory_of(pid_t pid) {
    return "/proc/" + std::to_string(pid) + "/";
}

/// What stands behind `label` in the process's status.
std::string status_of(pid_t pid, const std::string& label) {
    std::istringstream status(read_file(directory_of(pid) + "status"));
    for (std::string word, value; status >> word;) {
        if (word == label && status >> value) return value;
    }
    throw std::runtime_error("no " + label + " of process " + std::to_string(pid));
}

std::size_t entries(const std::string& directory) {
    const std::filesystem::directory_iterator listed(directory);
    return static_cast<std::size_t>(std::distance(begin(listed), end(listed)));
}

}  // namespace

std::chrono::milliseconds cpu_time(pid_t pid) {
    const auto stat = read_file(directory_of(pid) + "stat");
    std::istringstream fields(stat.substr(stat.rfind(')') + 2));
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

std::size_t open_descriptors(pid_t pid) {
    return entries(directory_of(pid) + "fd");
}

std::size_t threads(pid_t pid) {
    return entries(directory_of(pid) + "task");
}

bool catches(pid_t pid, int signal) {
    return std::stoull(status_of(pid, "SigCgt:"), nullptr, 16) >> (signal - 1) & 1;
}

bool allow_open_files(std::size_t count) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max < count) return false;
    if (limit.rlim_cur >= count) return true;
    limit.rlim_cur = count;
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

}  // namespace pulsar::test
