#pragma once

#include "pulsar/log/line_queue.hpp"
#include "pulsar/log/output.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>

namespace pulsar::log {

/// What the writer's thread does: carries lines from the queue to the output in batches, and keeps
/// what an output does not take until it does, even half a line.
class write_loop {
  public:
    using clock = std::chrono::steady_clock;

    /// Called on the writer's thread.
    struct hooks {
        /// The line that tells of `count` lost ones, or nothing.
        std::function<std::string(std::uint64_t count)> lost_line;
        /// Opens the file anew; throws std::system_error.
        std::function<std::unique_ptr<output>()> open;
        /// The file has been opened anew, or could not be.
        std::function<void(const std::error_code&)> reopened;
        /// Does what is due by the clock; when there will be more. Must not throw.
        std::function<std::optional<clock::time_point>()> tick;
    };

    write_loop(std::shared_ptr<line_queue> queue, std::unique_ptr<output> out, hooks calls);

    /// Until the queue is closed and all is written, the last loss told too, or abandon(). To be
    /// run once, on a thread of its own, in which it blocks all signals.
    void run() noexcept;

    /// From any thread: run() leaves at once, with lines unwritten.
    void abandon() noexcept;
    /// From any thread: waits for run() to return; whether it has.
    bool wait_until_finished(clock::time_point limit) noexcept;
    /// From any thread: the bytes written so far.
    [[nodiscard]] std::uint64_t written() const noexcept { return written_; }

  private:
    std::chrono::nanoseconds until_due() noexcept;
    [[nodiscard]] std::chrono::nanoseconds until_telling() const noexcept;
    void tell_of_loss() noexcept;
    void write_batch() noexcept;
    void write_until(std::size_t end) noexcept;
    void reopen() noexcept;
    void replace(std::unique_ptr<output> fresh);

    const std::shared_ptr<line_queue> queue_;
    std::unique_ptr<output> out_;
    const hooks hooks_;
    line_queue::batch batch_;
    std::size_t sent_ = 0;                 ///< bytes of batch_.text that are written
    std::uint64_t untold_ = 0;             ///< lost lines that no line has told of yet
    clock::time_point tell_at_;            ///< not before, if there are any
    std::chrono::nanoseconds tell_retry_;  ///< how long it waits after the next vain try
    std::atomic<std::uint64_t> written_ = 0;
    std::atomic<bool> abandoned_ = false;
    std::mutex mutex_;  ///< guards finished_
    std::condition_variable changed_;
    bool finished_ = false;
};

}  // namespace pulsar::log
