#pragma once

#include <boost/asio/bind_allocator.hpp>

#include <array>
#include <cstddef>
#include <new>
#include <utility>

namespace pulsar::net {

/// Room for the one asynchronous operation that its owner has under way, inside the owner: waiting
/// allocates nothing. Falls back to the heap for what does not fit.
template <std::size_t Size>
class basic_handler_memory {
  public:
    static constexpr std::size_t alignment = alignof(void*);

    void* allocate(std::size_t size) {
        if (in_use_ || size > Size) return ::operator new(size);
        in_use_ = true;
        return storage_.data();
    }
    void deallocate(void* p) noexcept {
        if (p != storage_.data()) return ::operator delete(p);
        in_use_ = false;
    }

  private:
    alignas(alignment) std::array<std::byte, Size> storage_;
    bool in_use_ = false;
};

/// A connection's: no byte too much.
using handler_memory = basic_handler_memory<104>;

/// For what there are few of, and which must work when the heap does not: large enough for all.
using roomy_handler_memory = basic_handler_memory<248>;

/// The allocator by which Asio finds it.
template <typename T, typename Memory = handler_memory>
class handler_allocator {
  public:
    using value_type = T;

    explicit handler_allocator(Memory& memory) noexcept : memory_(&memory) {}
    template <typename U>
    handler_allocator(const handler_allocator<U, Memory>& other) noexcept
        : memory_(other.memory_) {}

    T* allocate(std::size_t n) {
        static_assert(alignof(T) <= Memory::alignment);
        return static_cast<T*>(memory_->allocate(n * sizeof(T)));
    }
    void deallocate(T* p, std::size_t) noexcept { memory_->deallocate(p); }

    template <typename U>
    struct rebind {
        using other = handler_allocator<U, Memory>;
    };

    template <typename U>
    bool operator==(const handler_allocator<U, Memory>& other) const noexcept {
        return memory_ == other.memory_;
    }

  private:
    template <typename, typename>
    friend class handler_allocator;
    Memory* memory_;
};

/// `handler`, with its operation in `memory`.
template <typename Handler>
auto in_memory(roomy_handler_memory& memory, Handler handler) {
    return boost::asio::bind_allocator(handler_allocator<void, roomy_handler_memory>(memory),
                                       std::move(handler));
}

}  // namespace pulsar::net
