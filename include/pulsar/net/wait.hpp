#pragma once

#include "pulsar/net/handler_memory.hpp"

#include <boost/system/error_code.hpp>

#include <coroutine>
#include <utility>

namespace pulsar::net {

/// What a `task` awaits of Asio's objects, with the operation in memory of its own: no step of such
/// a coroutine allocates, so none fails when there is no memory. With asio::awaitable each may.
template <class Initiate>
class wait_awaiter {
  public:
    wait_awaiter(roomy_handler_memory& memory, Initiate initiate) noexcept
        : memory_(memory), initiate_(std::move(initiate)) {}

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
        waiting_ = waiting;
        initiate_(resume_handler{this});
    }
    boost::system::error_code await_resume() const noexcept { return error_; }

  private:
    struct resume_handler {
        using allocator_type = handler_allocator<void, roomy_handler_memory>;

        wait_awaiter* self;

        allocator_type get_allocator() const noexcept { return allocator_type(self->memory_); }
        void operator()(boost::system::error_code error) const {
            self->error_ = error;
            self->waiting_.resume();
        }
    };

    roomy_handler_memory& memory_;
    Initiate initiate_;
    std::coroutine_handle<> waiting_;
    boost::system::error_code error_;
};

/// Until the timer expires or is cancelled.
template <class Timer>
auto wait_for(Timer& timer, roomy_handler_memory& memory) noexcept {
    return wait_awaiter(memory, [&timer](auto resume) { timer.async_wait(resume); });
}

/// Until the descriptor or socket is readable or closed.
template <class Descriptor>
auto wait_until_readable(Descriptor& descriptor, roomy_handler_memory& memory) noexcept {
    return wait_awaiter(memory, [&descriptor](auto resume) {
        descriptor.async_wait(Descriptor::wait_read, resume);
    });
}

}  // namespace pulsar::net
