#pragma once

#include "pulsar/system/unique_fd.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace pulsar::log {

/// Lines on their way from any thread to the writer's. Bounded: what does not fit is counted and
/// lost, and so is all that follows until the writer has made room, so that the gap is in one
/// place. Functions that the writer alone may call stand last.
class line_queue {
  public:
    struct batch {
        std::string text;
        std::optional<std::size_t> reopen_at;  ///< offset in `text` of the first line after it
        std::uint64_t lost = 0;                ///< lines that would stand at the end of `text`
    };

    /// Throws std::system_error when there is no descriptor left for its eventfd(2).
    explicit line_queue(std::size_t limit_bytes);

    /// `line` ends in a newline.
    void append(std::string_view line) noexcept;
    void lose(std::uint64_t lines) noexcept;
    /// Lines appended from now on belong into the file that the path will name.
    void request_reopen() noexcept;
    /// No line will be appended any more.
    void close() noexcept;
    /// Ends the writer's wait.
    void wake() noexcept;

    /// Lines that were lost so far.
    [[nodiscard]] std::uint64_t lost() const noexcept;
    /// Whether there is nothing to take.
    [[nodiscard]] bool idle() const noexcept;
    /// Whether it is closed and there is nothing left.
    [[nodiscard]] bool ended() const noexcept;
    /// Replaces `into` by all there is, and keeps its memory for what comes.
    void take(batch& into) noexcept;
    /// Takes the request alone: the file is reopened ahead of the lines that should go before it.
    bool take_reopen() noexcept;

    /// Waits until there may be something to do or `fd`, if any, is writable; whether it is.
    bool wait(std::chrono::nanoseconds most, int fd = -1) noexcept;
    /// Lets lines come together; cut short by close() and request_reopen().
    void gather(std::chrono::nanoseconds time) noexcept;

  private:
    [[nodiscard]] bool idle_locked() const noexcept;

    const std::size_t limit_;
    const system::unique_fd event_;
    mutable std::mutex mutex_;  ///< guards all below
    batch waiting_;
    std::uint64_t lost_ = 0;
    bool full_ = false;
    bool closed_ = false;
};

}  // namespace pulsar::log
