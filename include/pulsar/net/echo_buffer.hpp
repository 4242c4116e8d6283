#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
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
    std::span<const std::byte> unsent() const noexcept {
        return {memory_.get() + begin_, end_of_frames_ - begin_};
    }
    std::span<const std::byte> partial() const noexcept {
        return {memory_.get() + end_of_frames_, size_ - end_of_frames_};
    }
    bool empty() const noexcept { return begin_ == size_; }

    /// Where to receive what comes after the partial frame. `frame_size` is the size of that frame
    /// with its header, 0 if the header is incomplete. A long partial frame is received in place,
    /// in memory that grows with what has arrived; anything else behind a copy of the partial frame
    /// in `scratch`. Throws std::bad_alloc, with the content unchanged.
    std::span<std::byte> prepare(std::span<std::byte> scratch, std::size_t frame_size);

    /// The partial frame and the `n` bytes received behind it.
    std::span<const std::byte> received(std::size_t n) noexcept;

    /// Of what received() returned, `frames` bytes are whole frames, and `sent` of these were sent.
    /// Keeps the rest, which is no longer than `frame_size`, as above, behind the whole frames.
    /// Throws std::bad_alloc; then the rest is lost.
    void keep(std::size_t sent, std::size_t frames, std::size_t frame_size);

    /// As keep(), without what is behind the whole frames.
    void keep_frames(std::size_t sent, std::size_t frames);

    /// Bytes to send before everything else. Throws std::bad_alloc, with the content unchanged.
    void put_first(std::span<const std::byte> frames);

    void sent(std::size_t n) noexcept;  ///< of unsent(), the first `n` are gone
    void drop_partial() noexcept;

  private:
    struct release {
        void operator()(std::byte* p) const noexcept { std::free(p); }
    };

    void reserve(std::size_t capacity);
    void clear() noexcept;

    std::unique_ptr<std::byte, release> memory_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;          // of unsent
    std::size_t end_of_frames_ = 0;  // of unsent, and where partial begins
    std::size_t size_ = 0;
    std::span<const std::byte> input_;  // of the round under way
};

}  // namespace pulsar::net
