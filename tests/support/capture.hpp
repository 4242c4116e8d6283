#pragma once

#include "support/deadline.hpp"
#include "support/unique_fd.hpp"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace pulsar::test {

/// Reads what a child writes to a pipe, on a thread of its own, so that the child waits for the
/// test only when asked to.
class capture {
  public:
    /// Without a descriptor: has ended, empty.
    explicit capture(unique_fd read_end);
    ~capture();
    capture(const capture&) = delete;
    capture& operator=(const capture&) = delete;

    /// What was written from byte `offset` on, but for what is forgotten.
    [[nodiscard]] std::string text(std::size_t offset = 0) const;
    /// Of all that was written.
    [[nodiscard]] std::size_t size() const;
    /// Frees the memory of what was written before byte `offset`.
    void forget(std::size_t offset);

    /// The first line, without its newline, that `wanted` accepts; none at the deadline or the end.
    std::optional<std::string> wait_for_line(const std::function<bool(std::string_view)>& wanted,
                                             deadline limit = {});

    /// The first line that holds `words`.
    std::optional<std::string> wait_for_line(std::string_view words, deadline limit = {});

    /// True once there is more than `offset` bytes; false at the deadline or the end.
    bool wait_for_more(std::size_t offset, deadline limit = {});

    /// True once every writer has closed the pipe.
    bool wait_for_end(deadline limit = {});

    void pause();
    void resume();
    /// Closes the read end: the child's next write fails with EPIPE.
    void hang_up();
    /// The same, once what is in the pipe by now has been read.
    void drain();

  private:
    enum class mode { reading, paused, draining, hung_up };

    void set(mode next);
    void run();
    bool read_once();
    void read_rest();

    unique_fd pipe_;
    unique_fd wake_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    mode mode_ = mode::reading;
    bool ended_ = false;
    std::string text_;  // from byte forgotten_ on
    std::size_t forgotten_ = 0;
    std::thread reader_;
};

}  // namespace pulsar::test
