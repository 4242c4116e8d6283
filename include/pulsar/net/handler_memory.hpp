#pragma once

#include <array>
#include <cstddef>
#include <new>

namespace pulsar::net {

/// Room for the one asynchronous operation that a connection has under way, inside the connection:
/// waiting allocates nothing. Falls back to the heap for what does not fit.
class handler_memory {
  public:
    static constexpr std::size_t alignment = alignof(void*);

    void* allocate(std::size_t size) {
        if (in_use_ || size > storage_.size()) return ::operator new(size);
        in_use_ = true;
        return storage_.data();
    }
    void deallocate(void* p) noexcept {
        if (p != storage_.data()) return ::operator delete(p);
        in_use_ = false;
    }

  private:
    alignas(alignment) std::array<std::byte, 104> storage_;
    bool in_use_ = false;
};

/// The allocator by which Asio finds it.
template <typename T>
class handler_allocator {
  public:
    using value_type = T;

    explicit handler_allocator(handler_memory& memory) noexcept : memory_(&memory) {}
    template <typename U>
    handler_allocator(const handler_allocator<U>& other) noexcept : memory_(other.memory_) {}

    T* allocate(std::size_t n) {
        static_assert(alignof(T) <= handler_memory::alignment);
        return static_cast<T*>(memory_->allocate(n * sizeof(T)));
    }
    void deallocate(T* p, std::size_t) noexcept { memory_->deallocate(p); }

    template <typename U>
    bool operator==(const handler_allocator<U>& other) const noexcept {
        return memory_ == other.memory_;
    }

  private:
    template <typename>
    friend class handler_allocator;
    handler_memory* memory_;
};

}  // namespace pulsar::net
