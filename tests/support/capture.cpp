#include "support/capture.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <system_error>
#include <utility>

namespace pulsar::test {

capture::capture(unique_fd read_end)
    : pipe_(std::move(read_end)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (wake_.get() < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    ended_ = pipe_.get() < 0;
    if (!ended_) reader_ = std::thread([this] { run(); });
}

capture::~capture() {
    hang_up();
}

std::string capture::text(std::size_t offset) const {
    const std::lock_guard lock(mutex_);
    const auto from = std::max(offset, forgotten_) - forgotten_;
    return from < text_.size() ? text_.substr(from) : std::string();
}

std::size_t capture::size() const {
    const std::lock_guard lock(mutex_);
    return forgotten_ + text_.size();
}

void capture::forget(std::size_t offset) {
    const std::lock_guard lock(mutex_);
    text_.erase(0, offset - forgotten_);
    forgotten_ = offset;
}

std::optional<std::string> capture::wait_for_line(
    const std::function<bool(std::string_view)>& wanted, deadline limit) {
    std::size_t start = 0;
    std::unique_lock lock(mutex_);
    for (;;) {
        for (auto end = text_.find('\n', start); end != text_.npos; end = text_.find('\n', start)) {
            std::string line = text_.substr(start, end - start);
            start = end + 1;
            if (wanted(line)) return line;
        }
        const auto size = text_.size();
        changed_.wait_until(lock, limit.at(), [&] { return ended_ || text_.size() > size; });
        if (text_.size() == size) return std::nullopt;
    }
}

std::optional<std::string> capture::wait_for_line(std::string_view words, deadline limit) {
    return wait_for_line([words](std::string_view line) { return line.find(words) != line.npos; },
                         limit);
}

bool capture::wait_for_more(std::size_t offset, deadline limit) {
    std::unique_lock lock(mutex_);
    const auto has_more = [&] { return forgotten_ + text_.size() > offset; };
    changed_.wait_until(lock, limit.at(), [&] { return ended_ || has_more(); });
    return has_more();
}

bool capture::wait_for_end(deadline limit) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, limit.at(), [&] { return ended_; });
}

void capture::pause() {
    set(mode::paused);
}

void capture::resume() {
    set(mode::reading);
}

void capture::hang_up() {
    set(mode::hung_up);
    if (reader_.joinable()) reader_.join();
    pipe_.close();
}

void capture::drain() {
    set(mode::draining);
    if (reader_.joinable()) reader_.join();
    pipe_.close();
}

void capture::set(mode next) {
    {
        const std::lock_guard lock(mutex_);
        mode_ = next;
    }
    ::eventfd_write(wake_.get(), 1);
}

void capture::run() {
    for (bool open = true; open;) {
        mode now;
        {
            const std::lock_guard lock(mutex_);
            now = mode_;
        }
        if (now == mode::draining) read_rest();
        if (now == mode::draining || now == mode::hung_up) break;
        // A negative descriptor is skipped; with events = 0 a hang-up would still be told at once.
        const int source = now == mode::reading ? pipe_.get() : -1;
        std::array<pollfd, 2> ready{{{wake_.get(), POLLIN, 0}, {source, POLLIN, 0}}};
        ::poll(ready.data(), ready.size(), -1);
        if (ready[0].revents) {
            eventfd_t count;
            ::eventfd_read(wake_.get(), &count);
        } else if (ready[1].revents) {
            open = read_once();
        }
    }
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
}

bool capture::read_once() {
    std::array<char, 65536> chunk;
    const auto size = ::read(pipe_.get(), chunk.data(), chunk.size());
    if (size < 0) return errno == EINTR;
    const std::lock_guard lock(mutex_);
    text_.append(chunk.data(), static_cast<std::size_t>(size));
    changed_.notify_all();
    return size > 0;
}

void capture::read_rest() {
    int left = 0;
    ::ioctl(pipe_.get(), FIONREAD, &left);
    const auto end = text_.size() + static_cast<std::size_t>(left);
    while (text_.size() < end && read_once()) {
    }
}

}  // namespace pulsar::test
