#include "writer.hpp"

#include "pulsar/system/blocked_signals.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace pulsar::log {
namespace {

using namespace std::chrono_literals;

constexpr auto gather_time = 2ms;
constexpr std::chrono::nanoseconds first_retry = 100ms;
constexpr std::chrono::nanoseconds last_retry = 1s;
constexpr auto most_time_to_finish = 5s;
constexpr auto most_time_without_progress = 500ms;

}  // namespace

writer::writer(std::size_t most_waiting, std::unique_ptr<output> out, hooks calls)
    : queue_(most_waiting),
      hooks_(std::move(calls)),
      out_(std::move(out)),
      tell_retry_(first_retry) {
    if (ends_mid_line(*out_)) queue_.append("\n");
}

void writer::start() {
    // Handlers run on other threads, and EPIPE comes without its SIGPIPE.
    const system::blocked_signals while_it_starts;
    try {
        thread_ = std::thread([self = shared_from_this()] { self->run(); });
    } catch (const std::system_error& error) {
        throw std::system_error(error.code(), "cannot start the log's thread");
    }
}

bool writer::reopen() noexcept {
    if (!hooks_.open) return false;
    queue_.request_reopen();
    return true;
}

void writer::finish() noexcept {
    queue_.close();
    bool ended = ends_while_it_writes();
    if (!ended) {
        given_up_ = true;
        queue_.wake();
        ended = ends_before(clock::now() + most_time_without_progress);
    }
    if (ended) {
        thread_.join();
    } else {
        thread_.detach();
    }
}

bool writer::ends_while_it_writes() noexcept {
    const auto end = clock::now() + most_time_to_finish;
    for (;;) {
        const auto before = written_.load();
        const auto now = clock::now();
        if (ends_before(std::min(end, now + most_time_without_progress))) return true;
        if (written_ == before || now >= end) return false;
    }
}

bool writer::ends_before(clock::time_point limit) noexcept {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, limit, [this] { return ended_; });
}

void writer::run() noexcept {
    while (!given_up_ && (untold_ > 0 || !queue_.ended())) {
        const auto due = std::min(until_due(), until_telling());
        if (queue_.idle() && due > 0ns) {
            queue_.wait(due);
        } else {
            queue_.gather(gather_time);
            queue_.take(batch_);
            write_batch();
        }
    }
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
}

std::chrono::nanoseconds writer::until_due() noexcept {
    const auto due = hooks_.tick();
    return due ? *due - clock::now() : std::chrono::nanoseconds::max();
}

std::chrono::nanoseconds writer::until_telling() const noexcept {
    return untold_ > 0 ? tell_at_ - clock::now() : std::chrono::nanoseconds::max();
}

/// Without memory for the line that tells of lost ones, that line waits, and no other.
void writer::tell_of_loss() noexcept {
    untold_ += batch_.lost;
    if (until_telling() > 0ns) return;
    try {
        batch_.text += hooks_.lost_line(untold_);
        untold_ = 0;
        tell_retry_ = first_retry;
    } catch (...) {
        tell_at_ = clock::now() + tell_retry_;
        tell_retry_ = std::min(2 * tell_retry_, last_retry);
    }
}

void writer::write_batch() noexcept {
    sent_ = 0;
    tell_of_loss();
    if (batch_.reopen_at) {
        write_until(*batch_.reopen_at);
        if (batch_.reopen_at) open_anew();
    }
    write_until(batch_.text.size());
}

void writer::write_until(std::size_t end) noexcept {
    auto retry = first_retry;
    bool writable = false;
    while (sent_ < end && !given_up_) {
        std::error_code error;
        const auto rest = std::string_view(batch_.text).substr(sent_, end - sent_);
        if (const auto count = out_->write(rest, error)) {
            sent_ += count;
            written_ += count;
            retry = first_retry;
            writable = false;
            continue;
        }
        if (batch_.reopen_at || queue_.take_reopen()) {
            open_anew();
            end = batch_.text.size();
        } else if (error == std::errc::resource_unavailable_try_again && !writable) {
            writable = queue_.wait(until_due(), out_->fd());
        } else {
            // Also where poll(2) says writable and write(2) does not, as a terminal may with room
            // for half of a CR LF: that must not spin.
            queue_.wait(std::min(retry, until_due()));
            retry = std::min(2 * retry, last_retry);
            writable = false;
        }
    }
}

void writer::open_anew() noexcept {
    batch_.reopen_at.reset();
    try {
        std::error_code error;
        try {
            replace(hooks_.open());
        } catch (const std::system_error& failure) {
            error = failure.code();
        }
        hooks_.reopened(error);
    } catch (...) {
        // Out of memory: the old file stays, and the event that would say so is lost.
        queue_.lose(1);
    }
}

void writer::replace(std::unique_ptr<output> fresh) {
    if (!same_file(*out_, *fresh)) {
        // A line that the old file has half of goes whole to the new one.
        const auto line = sent_ == 0 ? 0 : batch_.text.rfind('\n', sent_ - 1) + 1;
        if (ends_mid_line(*fresh)) batch_.text.insert(line, 1, '\n');
        sent_ = line;
    }
    out_ = std::move(fresh);
}

}  // namespace pulsar::log
