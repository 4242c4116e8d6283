#pragma once

#include <coroutine>
#include <exception>

namespace pulsar::net {

/// A coroutine that starts at once and frees itself at its end. It must not let an exception
/// escape.
struct task {
    struct promise_type {
        task get_return_object() const noexcept { return {}; }
        std::suspend_never initial_suspend() const noexcept { return {}; }
        std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
    };
};

}  // namespace pulsar::net
