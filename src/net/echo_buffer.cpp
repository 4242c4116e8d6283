#include "pulsar/net/echo_buffer.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>

namespace pulsar::net {

namespace {

// Copying a partial frame of up to this size is cheaper than receiving it apart from what follows.
constexpr std::size_t copied_at_most = std::size_t{16} * 1024;

// What a peer announces costs nothing, what it sends up to eight times as much memory: few steps to
// the whole of a large frame, and no more of it touched than has arrived.
constexpr std::size_t memory_per_byte_held = 8;

/// The memory to have for a partial frame.
std::size_t room_for(std::size_t held, std::size_t frame_size) noexcept {
    return held <= copied_at_most ? held : std::min(frame_size, held * memory_per_byte_held);
}

}  // namespace

std::span<std::byte> echo_buffer::prepare(std::span<std::byte> scratch, std::size_t frame_size) {
    assert(unsent().empty());
    const auto held = partial();
    if (held.size() <= copied_at_most) {
        std::copy(held.begin(), held.end(), scratch.begin());
        input_ = scratch.first(held.size());
        return scratch.subspan(held.size());
    }
    assert(held.size() < frame_size);
    if (begin_ != 0) {
        std::memmove(memory_.get(), held.data(), held.size());
        size_ = held.size();
        begin_ = end_of_frames_ = 0;
    }
    if (size_ == capacity_) reserve(room_for(size_, frame_size));
    input_ = {memory_.get(), size_};
    const auto room = std::min(capacity_, frame_size) - size_;
    return {memory_.get() + size_, room};
}

std::span<const std::byte> echo_buffer::received(std::size_t n) noexcept {
    input_ = {input_.data(), input_.size() + n};
    return input_;
}

void echo_buffer::keep(std::size_t sent, std::size_t frames, std::size_t frame_size) {
    if (sent == input_.size()) return clear();
    if (input_.data() == memory_.get()) {
        size_ = input_.size();
        begin_ = sent;
        end_of_frames_ = frames;
        return;
    }
    const auto rest = input_.subspan(sent);
    size_ = begin_ = end_of_frames_ = 0;  // the copy of what was held is part of the input
    const auto wanted = sent == frames ? room_for(rest.size(), frame_size) : rest.size();
    assert(wanted >= rest.size());
    if (wanted > capacity_ || wanted < capacity_ / 4) clear();
    reserve(std::max(capacity_, wanted));
    std::memcpy(memory_.get(), rest.data(), rest.size());
    size_ = rest.size();
    end_of_frames_ = frames - sent;
}

void echo_buffer::keep_frames(std::size_t sent, std::size_t frames) {
    input_ = input_.first(frames);
    keep(sent, frames, 0);
}

void echo_buffer::put_first(std::span<const std::byte> frames) {
    const auto held = partial();
    assert(unsent().empty());
    std::unique_ptr<std::byte, release> joined(
        static_cast<std::byte*>(std::malloc(frames.size() + held.size())));
    if (!joined) throw std::bad_alloc();
    std::copy(frames.begin(), frames.end(), joined.get());
    std::copy(held.begin(), held.end(), joined.get() + frames.size());
    memory_ = std::move(joined);
    capacity_ = size_ = frames.size() + held.size();
    begin_ = 0;
    end_of_frames_ = frames.size();
}

void echo_buffer::sent(std::size_t n) noexcept {
    begin_ += n;
    assert(begin_ <= end_of_frames_);
    if (empty()) clear();
}

void echo_buffer::drop_partial() noexcept {
    size_ = end_of_frames_;
    if (empty()) clear();
}

void echo_buffer::reserve(std::size_t capacity) {
    if (capacity == capacity_) return;
    auto* grown = static_cast<std::byte*>(std::realloc(memory_.get(), capacity));
    if (grown == nullptr) throw std::bad_alloc();
    static_cast<void>(memory_.release());
    memory_.reset(grown);
    capacity_ = capacity;
}

void echo_buffer::clear() noexcept {
    memory_.reset();
    capacity_ = begin_ = end_of_frames_ = size_ = 0;
}

}  // namespace pulsar::net
