#include "pulsar/net/buffer_cache.hpp"

#include "pulsar/net/event_loop.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <new>
#include <sys/mman.h>

namespace pulsar::net {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t smallest_mapping = 4096;  // less is left to malloc

// A mapping is used from the middle of its first page on. The kernel's socket buffers begin where
// pages begin; and to copy to an address that is a few bytes behind that of the source, but for
// multiples of 4096, takes two to three times as long.
constexpr std::size_t unused_front = 2048;

constexpr std::size_t kept_for_good = std::size_t{2} << 20;
constexpr auto period = 500ms;

// To unmap it takes 0.15 ms where all of it was touched. A multiple of the page size.
constexpr std::size_t piece = std::size_t{1} << 20;

constexpr int blocks_tried = 8;

}  // namespace

buffer_cache::~buffer_cache() {
    clear();
    ::munmap(scratch_.data() - unused_front, scratch_.size() + unused_front);
}

std::span<std::byte> buffer_cache::take(std::size_t size) {
    const auto block = reuse(size);
    return block.empty() ? allocate(size) : block;
}

std::span<std::byte> buffer_cache::grow(std::span<std::byte> block, std::size_t size) {
    assert(block.size() >= smallest_mapping);
    if (const auto larger = reuse(size); !larger.empty()) {
        std::memcpy(larger.data(), block.data(), block.size());
        give_back(block);
        return larger;
    }
    void* const mapping = ::mremap(block.data() - unused_front, unused_front + block.size(),
                                   unused_front + size, MREMAP_MAYMOVE);
    if (mapping == MAP_FAILED) throw std::bad_alloc();
    return {static_cast<std::byte*>(mapping) + unused_front, size};
}

/// Empty if none of the latest fits.
std::span<std::byte> buffer_cache::reuse(std::size_t size) noexcept {
    int left = blocks_tried;
    for (auto block = free_.begin(); block != free_.end() && left > 0; ++block, --left) {
        if (block->size < size || block->size - size > size / 8) continue;
        kept_ -= block->size;
        least_kept_ = std::min(least_kept_, kept_);
        free_.erase(block);
        return {reinterpret_cast<std::byte*>(&*block), block->size};
    }
    return {};
}

std::span<std::byte> buffer_cache::allocate(std::size_t size) {
    if (size < smallest_mapping) {
        auto* const block = static_cast<std::byte*>(std::malloc(size));
        if (block == nullptr) throw std::bad_alloc();
        return {block, size};
    }
    constexpr int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;
    void* const mapping =
        ::mmap(nullptr, unused_front + size, PROT_READ | PROT_WRITE, anonymous, -1, 0);
    if (mapping == MAP_FAILED) throw std::bad_alloc();
    return {static_cast<std::byte*>(mapping) + unused_front, size};
}

void buffer_cache::give_back(std::span<std::byte> block) noexcept {
    if (block.size() < smallest_mapping) return std::free(block.data());
    auto* const unused = new (block.data()) free_block;
    unused->size = block.size();
    free_.push_front(*unused);
    kept_ += block.size();
    if (kept_ > kept_for_good && !trimming_ && !scheduled())
        loop_.schedule(*this, clock::now() + period);
}

/// Also called for each further piece: what was taken since then is needed.
void buffer_cache::on_deadline(time_point now) {
    trimming_ = least_kept_ > kept_for_good;
    if (trimming_) {
        free_piece();
        auto next = [this] { on_deadline(clock::now()); };
        return boost::asio::post(loop_.executor(), bind_memory(memory_, next));
    }
    least_kept_ = kept_;
    if (kept_ > kept_for_good) loop_.schedule(*this, now + period);
}

/// The end of the block that has not been needed for the longest time, or the rest of it.
void buffer_cache::free_piece() noexcept {
    assert(!free_.empty());
    auto& oldest = free_.back();
    auto* const mapping = reinterpret_cast<std::byte*>(&oldest) - unused_front;
    const auto mapped = unused_front + oldest.size;
    const auto cut = (mapped - 1) % piece + 1;
    const auto freed = cut == mapped ? oldest.size : cut;
    oldest.size -= freed;
    kept_ -= freed;
    least_kept_ -= std::min(least_kept_, freed);
    if (cut == mapped) free_.pop_back();
    ::munmap(mapping + mapped - cut, cut);
}

void buffer_cache::clear() noexcept {
    while (!free_.empty())
        free_piece();
}

}  // namespace pulsar::net
