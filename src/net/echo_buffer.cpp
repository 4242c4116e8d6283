#include "pulsar/net/echo_buffer.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

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
        std::memmove(memory_.data(), held.data(), held.size());
        size_ = held.size();
        begin_ = end_of_frames_ = 0;
    }
    if (size_ == memory_.size()) memory_ = cache_.grow(memory_, room_for(size_, frame_size));
    input_ = memory_.first(size_);
    return memory_.first(std::min(memory_.size(), frame_size)).subspan(size_);
}

void echo_buffer::keep(std::size_t sent, std::size_t frames, std::size_t frame_size) {
    if (sent == input_.size()) return clear();
    if (input_.data() == memory_.data()) {
        size_ = input_.size();
        begin_ = sent;
        end_of_frames_ = frames;
        return;
    }
    const auto rest = input_.subspan(sent);
    size_ = begin_ = end_of_frames_ = 0;  // the copy of what was held is part of the input
    const auto wanted = sent == frames ? room_for(rest.size(), frame_size) : rest.size();
    assert(wanted >= rest.size());
    if (wanted > memory_.size() || wanted < memory_.size() / 4) {
        clear();
        memory_ = cache_.take(wanted);
    }
    std::memcpy(memory_.data(), rest.data(), rest.size());
    size_ = rest.size();
    end_of_frames_ = frames - sent;
}

void echo_buffer::drop_unsent() noexcept {
    begin_ = end_of_frames_;
    if (empty()) clear();
}

void echo_buffer::drop_partial() noexcept {
    size_ = end_of_frames_;
    if (empty()) clear();
}

void echo_buffer::clear() noexcept {
    if (memory_.data() != nullptr) cache_.give_back(std::exchange(memory_, {}));
    begin_ = end_of_frames_ = size_ = 0;
}

}  // namespace pulsar::net
