#include "pulsar/system/service_manager.hpp"

#include "environment_variable.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <sys/types.h>
#include <unistd.h>

namespace pulsar::system {

namespace {

constexpr std::size_t longest_address = sizeof(sockaddr_un::sun_path) - 1;

/// A year. What is longer, as `WatchdogSec=infinity` is, is no watchdog.
constexpr std::uint64_t longest_watchdog = 366ULL * 24 * 3600 * 1'000'000;

bool is_address(const std::string& text) {
    const bool path = text.starts_with('/');
    const bool abstract = text.starts_with('@') && text.size() > 1;
    return (path || abstract) && text.size() <= longest_address;
}

/// Nothing where there is none, or that of another process.
std::optional<std::chrono::microseconds> take_watchdog() {
    const auto period = take_variable("WATCHDOG_USEC");
    const auto pid = take_variable("WATCHDOG_PID");
    if (!period) return std::nullopt;
    if (pid) {
        const auto meant =
            positive_number<unsigned>("WATCHDOG_PID", *pid, std::numeric_limits<pid_t>::max());
        if (static_cast<pid_t>(meant) != ::getpid()) return std::nullopt;
    }
    const auto microseconds =
        positive_number("WATCHDOG_USEC", *period, std::numeric_limits<std::uint64_t>::max());
    if (microseconds > longest_watchdog) return std::nullopt;
    return std::chrono::microseconds(microseconds);
}

}  // namespace

service_manager::service_manager() : watchdog_(take_watchdog()) {
    const auto where = take_variable("NOTIFY_SOCKET");
    if (!where) return;
    if (!is_address(*where)) {
        throw std::runtime_error("NOTIFY_SOCKET: expected an absolute path or @NAME of at most " +
                                 std::to_string(longest_address) + " bytes");
    }
    address_.sun_family = AF_UNIX;
    where->copy(address_.sun_path, longest_address);
    if (where->front() == '@') address_.sun_path[0] = '\0';
    address_size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + where->size());
    socket_ = unique_fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (socket_.get() < 0) throw std::system_error(errno, std::generic_category(), "NOTIFY_SOCKET");
}

bool service_manager::tell(std::string_view state) const noexcept {
    const auto* const to = reinterpret_cast<const sockaddr*>(&address_);
    const auto sent = ::sendto(socket_.get(), state.data(), state.size(),
                               MSG_DONTWAIT | MSG_NOSIGNAL, to, address_size_);
    if (sent >= 0) return true;
    return errno != EAGAIN && errno != EINTR && errno != ENOBUFS && errno != ENOMEM;
}

}  // namespace pulsar::system
