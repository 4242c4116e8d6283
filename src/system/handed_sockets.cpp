#include "pulsar/system/handed_sockets.hpp"

#include "environment_variable.hpp"

#include <cstddef>
#include <fcntl.h>
#include <limits>
#include <string_view>
#include <sys/types.h>
#include <unistd.h>

namespace pulsar::system {

namespace {

constexpr unsigned most_descriptors = std::numeric_limits<int>::max() - first_handed;
constexpr unsigned largest_pid = std::numeric_limits<pid_t>::max();

std::vector<std::string> split_at_colons(std::string_view text) {
    std::vector<std::string> parts;
    for (;;) {
        const auto colon = text.find(':');
        parts.emplace_back(text.substr(0, colon));
        if (colon == std::string_view::npos) return parts;
        text.remove_prefix(colon + 1);
    }
}

}  // namespace

std::vector<handed_socket> take_handed_sockets() {
    const auto pid = take_variable("LISTEN_PID");
    const auto count = take_variable("LISTEN_FDS");
    const auto names = take_variable("LISTEN_FDNAMES");
    if (!pid || !count) return {};
    const auto meant = positive_number("LISTEN_PID", *pid, largest_pid);
    if (static_cast<pid_t>(meant) != ::getpid()) return {};

    const auto n = positive_number("LISTEN_FDS", *count, most_descriptors);
    std::vector<handed_socket> handed;
    for (unsigned i = 0; i < n; ++i) {
        const int descriptor = first_handed + static_cast<int>(i);
        if (::fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0) {
            throw std::runtime_error("LISTEN_FDS: expected at most " + std::to_string(i) +
                                     ", descriptor " + std::to_string(descriptor) + " is not open");
        }
        handed.push_back({descriptor, {}});
    }
    if (!names) return handed;
    auto given = split_at_colons(*names);
    if (given.size() != handed.size()) {
        throw std::runtime_error("LISTEN_FDNAMES: expected " + std::to_string(n) +
                                 " names with colons between, as LISTEN_FDS says");
    }
    for (std::size_t i = 0; i < given.size(); ++i)
        handed[i].name = std::move(given[i]);
    return handed;
}

}  // namespace pulsar::system
