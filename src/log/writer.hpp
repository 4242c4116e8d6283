#pragma once

#include "line_queue.hpp"
#include "output.hpp"

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
#include <thread>

namespace pulsar::log {

/// Carries lines from its queue to an output, on a thread of its own: in batches, and keeps what
/// the output does not take until it does, even half a line.
class writer : public std::enable_shared_from_this<writer> {
  public:
    using clock = std::chrono::steady_clock;

    /// Called on the writer's thread.
    struct hooks {
        /// The line that tells of `count` lost ones, or nothing.
        std::function<std::string(std::uint64_t count)> lost_line;
        /// Opens the file anew; throws std::system_error. Empty where the output is no file.
        std::function<std::unique_ptr<output>()> open;
        /// The file has been opened anew, or could not be.
        std::function<void(const std::error_code&)> reopened;
        /// Does what is due by the clock; when there will be more. Must not throw.
        std::function<std::optional<clock::time_point>()> tick;
    };

    /// `most_waiting`: the bytes that the queue holds. Throws std::system_error when there is no
    /// descriptor left.
    writer(std::size_t most_waiting, std::unique_ptr<output> out, hooks calls);

    /// Where any thread puts lines, from now on until finish().
    line_queue& queue() noexcept { return queue_; }

    /// Starts the thread, which takes no signals. Throws std::system_error when there cannot be
    /// one. Once; finish() must follow.
    void start();

    /// From any thread: the file is opened anew before the next line. False if there is none.
    bool reopen() noexcept;

    /// Closes the queue and waits until all is written, the last loss told too; for half a second
    /// without progress, or for five, at most. The lines that are left are then given up. A thread
    /// that hangs in a system call is left behind, and what it needs with it.
    void finish() noexcept;

  private:
    void run() noexcept;
    bool ends_while_it_writes() noexcept;
    bool ends_before(clock::time_point limit) noexcept;
    std::chrono::nanoseconds until_due() noexcept;
    [[nodiscard]] std::chrono::nanoseconds until_telling() const noexcept;
    void tell_of_loss() noexcept;
    void write_batch() noexcept;
    void write_until(std::size_t end) noexcept;
    void open_anew() noexcept;
    void replace(std::unique_ptr<output> fresh);

    line_queue queue_;
    const hooks hooks_;
    std::thread thread_;

    // Of the thread alone.
    std::unique_ptr<output> out_;
    line_queue::batch batch_;
    std::size_t sent_ = 0;                 ///< bytes of batch_.text that are written
    std::uint64_t untold_ = 0;             ///< lost lines that no line has told of yet
    clock::time_point tell_at_;            ///< not before, if there are any
    std::chrono::nanoseconds tell_retry_;  ///< how long it waits after the next vain try

    std::atomic<std::uint64_t> written_ = 0;  ///< bytes
    std::atomic<bool> given_up_ = false;
    std::mutex mutex_;  ///< guards ended_
    std::condition_variable changed_;
    bool ended_ = false;
};

}  // namespace pulsar::log
