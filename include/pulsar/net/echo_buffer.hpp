#pragma once

#include "pulsar/net/buffer_cache.hpp"

#include <cstddef>
#include <span>

namespace pulsar::net {

/// What one connection must remember while it waits: whole frames that the peer has not taken yet
/// (`unsent`), and behind them the first part of the next frame (`partial`). Mostly that is
/// nothing, and then it holds no memory: whole frames are received into the loop's scratch memory
/// and sent from there.
///
/// A round is prepare(), received(), and keep(), without another connection in between, and only
/// while nothing is unsent.
class echo_buffer {
  public:
    explicit echo_buffer(buffer_cache& cache) noexcept : cache_(cache) {}
    echo_buffer(const echo_buffer&) = delete;
    echo_buffer& operator=(const echo_buffer&) = delete;
    ~echo_buffer() { clear(); }

    std::span<const std::byte> unsent() const noexcept {
        return {memory_.data() + begin_, end_of_frames_ - begin_};
    }
    std::span<const std::byte> partial() const noexcept {
        return {memory_.data() + end_of_frames_, size_ - end_of_frames_};
    }
    bool empty() const noexcept { return begin_ == size_; }

    /// Where to receive what comes after the partial frame. `frame_size` is the size of that frame
    /// with its header, 0 if the header is incomplete. A long partial frame is received in place,
    /// in memory that grows with what has arrived; anything else behind a copy of the partial frame
    /// in `scratch`. Throws std::bad_alloc, with the content unchanged.
    std::span<std::byte> prepare(std::span<std::byte> scratch, std::size_t frame_size);

    /// `n` bytes were received. They are in input(), behind the partial frame.
    void received(std::size_t n) noexcept { input_ = {input_.data(), input_.size() + n}; }
    std::span<const std::byte> input() const noexcept { return input_; }

    /// Forgets all of the input but the first `n` bytes.
    void truncate(std::size_t n) noexcept { input_ = input_.first(n); }

    /// Forgets the first `n` bytes of the input, in the scratch memory, and with them the partial
    /// frame: it was none.
    void skip(std::size_t n) noexcept {
        drop_partial();
        input_ = input_.subspan(n);
    }

    /// Of the input, `frames` bytes are whole frames, and `sent` of these were sent. Keeps the
    /// rest, which is no longer than `frame_size`, as above, behind the whole frames. Throws
    /// std::bad_alloc; then the rest is lost.
    void keep(std::size_t sent, std::size_t frames, std::size_t frame_size);

    void drop_unsent() noexcept;  ///< as it was sent
    void drop_partial() noexcept;

  private:
    void clear() noexcept;

    buffer_cache& cache_;
    std::span<std::byte> memory_;
    std::size_t begin_ = 0;          // of unsent
    std::size_t end_of_frames_ = 0;  // of unsent, and where partial begins
    std::size_t size_ = 0;
    std::span<const std::byte> input_;  // of the round under way
};

}  // namespace pulsar::net
