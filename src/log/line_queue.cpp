#include "line_queue.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <utility>

namespace pulsar::log {
namespace {

/// What an emptied batch may keep: a burst's megabytes go back to the system.
constexpr std::size_t kept_capacity = std::size_t{256} * 1024;

int new_eventfd() {
    const int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    return fd;
}

}  // namespace

line_queue::line_queue(std::size_t limit_bytes) : limit_(limit_bytes), event_(new_eventfd()) {}

void line_queue::append(std::string_view line) noexcept {
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        first = idle_locked();
        full_ = full_ || line.size() > limit_ - waiting_.text.size();
        try {
            if (!full_) waiting_.text.append(line);
        } catch (...) {
            full_ = true;
        }
        if (full_) {
            ++waiting_.lost;
            ++lost_;
        }
    }
    // Whoever finds the queue not empty knows that the writer has been woken and not taken it yet.
    if (first) wake();
}

void line_queue::lose(std::uint64_t lines) noexcept {
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        first = idle_locked();
        waiting_.lost += lines;
        lost_ += lines;
    }
    if (first) wake();
}

void line_queue::request_reopen() noexcept {
    {
        const std::lock_guard lock(mutex_);
        // Of several requests the first stands: the file that it opens is the newest anyway.
        if (!waiting_.reopen_at) waiting_.reopen_at = waiting_.text.size();
    }
    wake();
}

void line_queue::close() noexcept {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    wake();
}

void line_queue::wake() noexcept {
    ::eventfd_write(event_.get(), 1);
}

std::uint64_t line_queue::lost() const noexcept {
    const std::lock_guard lock(mutex_);
    return lost_;
}

bool line_queue::idle() const noexcept {
    const std::lock_guard lock(mutex_);
    return idle_locked();
}

bool line_queue::idle_locked() const noexcept {
    return waiting_.text.empty() && waiting_.lost == 0 && !waiting_.reopen_at;
}

bool line_queue::ended() const noexcept {
    const std::lock_guard lock(mutex_);
    return closed_ && idle_locked();
}

void line_queue::take(batch& into) noexcept {
    if (into.text.capacity() > kept_capacity) into.text = std::string();
    into.text.clear();
    into.reopen_at.reset();
    into.lost = 0;
    const std::lock_guard lock(mutex_);
    std::swap(waiting_, into);
    full_ = false;
}

bool line_queue::take_reopen() noexcept {
    const std::lock_guard lock(mutex_);
    return std::exchange(waiting_.reopen_at, std::nullopt).has_value();
}

bool line_queue::wait(std::chrono::nanoseconds most, int fd) noexcept {
    const auto whole = std::chrono::ceil<std::chrono::milliseconds>(most);
    const auto timeout = std::clamp<std::chrono::milliseconds>(whole, {}, std::chrono::hours(1));
    std::array<pollfd, 2> ready{{{event_.get(), POLLIN, 0}, {fd, POLLOUT, 0}}};
    ::poll(ready.data(), ready.size(), static_cast<int>(timeout.count()));
    eventfd_t count = 0;
    if (ready[0].revents != 0) ::eventfd_read(event_.get(), &count);
    return ready[1].revents != 0;
}

void line_queue::gather(std::chrono::nanoseconds time) noexcept {
    // The wake-up of the very lines that are here already must not cut the wait short.
    eventfd_t count = 0;
    ::eventfd_read(event_.get(), &count);
    {
        const std::lock_guard lock(mutex_);
        if (closed_ || waiting_.reopen_at) return;
    }
    wait(time);
}

}  // namespace pulsar::log
