#include "pulsar/system/process_usage.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <ctime>
#include <fcntl.h>
#include <string_view>
#include <sys/resource.h>
#include <unistd.h>

namespace pulsar::system {

namespace {

using text_buffer = std::array<char, 4096>;

std::string_view read_from_start(const unique_fd& file, text_buffer& into) noexcept {
    const auto size = ::pread(file.get(), into.data(), into.size(), 0);
    return {into.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

/// The number behind blanks; 0 if there is none.
std::uint64_t number_at(std::string_view text) noexcept {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// Of a line `NAME: NUMBER` of /proc/self/status.
std::uint64_t field(std::string_view status, std::string_view name) noexcept {
    const auto at = status.find(name);
    return at == status.npos ? 0 : number_at(status.substr(at + name.size()));
}

double seconds(const timespec& time) noexcept {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

double seconds(const timeval& time) noexcept {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// The 22nd word of /proc/self/stat, in clock ticks since the boot. The second one, a name in
/// parentheses, may hold anything.
double start_of_process() noexcept {
    text_buffer buffer{};
    const unique_fd file(::open("/proc/self/stat", O_RDONLY | O_CLOEXEC));
    auto text = read_from_start(file, buffer);
    text.remove_prefix(std::min(text.rfind(')') + 1, text.size()));
    for (int word = 3; word <= 22 && !text.empty(); ++word)
        text.remove_prefix(std::min(text.find(' ') + 1, text.size()));
    const auto ticks = static_cast<double>(number_at(text));
    timespec now{};
    timespec since_boot{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    ::clock_gettime(CLOCK_BOOTTIME, &since_boot);
    return seconds(now) - seconds(since_boot) + ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

process_usage::process_usage() noexcept
    : status_(::open("/proc/self/status", O_RDONLY | O_CLOEXEC)), start_time_(start_of_process()) {}

std::optional<process_usage::figures> process_usage::read() const noexcept {
    text_buffer buffer{};
    const auto status = read_from_start(status_, buffer);
    if (status.empty()) return std::nullopt;
    rusage used{};
    rlimit descriptors{};
    ::getrusage(RUSAGE_SELF, &used);
    ::getrlimit(RLIMIT_NOFILE, &descriptors);
    return figures{.cpu_seconds = seconds(used.ru_utime) + seconds(used.ru_stime),
                   .virtual_bytes = field(status, "VmSize:") * 1024,
                   .resident_bytes = field(status, "VmRSS:") * 1024,
                   .most_descriptors = descriptors.rlim_cur,
                   .start_time = start_time_,
                   .descriptor_slots = field(status, "FDSize:")};
}

std::size_t open_descriptors(std::size_t first, std::size_t count) noexcept {
    std::size_t open = 0;
    for (auto each = first; each < first + count; ++each)
        if (::fcntl(static_cast<int>(each), F_GETFD) >= 0) ++open;
    return open;
}

}  // namespace pulsar::system
