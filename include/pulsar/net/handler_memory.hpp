#pragma once

#include <boost/asio/bind_allocator.hpp>

#include <array>
#include <cstddef>
#include <new>
#include <utility>

namespace pulsar::net {

/// Room for the one asynchronous operation that its owner has under way, inside the owner: waiting
/// allocates nothing. Throws std::bad_alloc for a second one, which is a bug.
template <std::size_t Size>
class basic_handler_memory {
  public:
    static constexpr std::size_t size = Size;
    static constexpr std::size_t alignment = alignof(void*);

    void* allocate() {
        if (std::exchange(in_use_, true)) throw std::bad_alloc();
        return storage_.data();
    }
    void deallocate() noexcept { in_use_ = false; }

  private:
    alignas(alignment) std::array<std::byte, Size> storage_;
    bool in_use_ = false;
};

/// A connection's: no byte too much. Its largest operation is the wait for its socket, Asio's
/// reactive_wait_op, which on a 64-bit machine takes 104 bytes: a scheduler_operation (24); an
/// error code (24), a cancellation key, a byte count and a function of a reactor_op (8 each); the
/// handler of stream.cpp, three pointers (24); the executor's outstanding work (1, and padding).
/// Where a newer Boost wants more, handler_allocator does not compile.
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

    T* allocate(std::size_t) {  // one: Asio wants no more
        static_assert(sizeof(T) <= Memory::size, "Boost's operation has grown");
        static_assert(alignof(T) <= Memory::alignment);
        return static_cast<T*>(memory_->allocate());
    }
    void deallocate(T*, std::size_t) noexcept { memory_->deallocate(); }

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
auto bind_memory(roomy_handler_memory& memory, Handler handler) {
    return boost::asio::bind_allocator(handler_allocator<void, roomy_handler_memory>(memory),
                                       std::move(handler));
}

}  // namespace pulsar::net
