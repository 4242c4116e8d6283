#pragma once

#include <coroutine>
#include <exception>
#include <utility>

namespace pulsar::net {

/// Part of a task that may have to wait, as a coroutine of its own. It starts at once; whoever
/// awaits it goes on when it has ended, and gets what it threw. A phase that never has to wait is
/// no coroutine at all, and costs nothing: `return {}`.
class [[nodiscard]] phase {
  public:
    struct promise_type {
        phase get_return_object() noexcept { return phase(handle::from_promise(*this)); }
        std::suspend_never initial_suspend() const noexcept { return {}; }
        auto final_suspend() const noexcept { return last(); }
        void return_void() const noexcept {}
        void unhandled_exception() noexcept { error = std::current_exception(); }

        std::coroutine_handle<> awaited_by = std::noop_coroutine();
        std::exception_ptr error;
    };

    phase() noexcept = default;
    phase(phase&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
    phase& operator=(phase&&) = delete;
    ~phase() {
        if (coroutine_) coroutine_.destroy();
    }

    bool await_ready() const noexcept { return !coroutine_ || coroutine_.done(); }
    void await_suspend(std::coroutine_handle<> caller) const noexcept {
        coroutine_.promise().awaited_by = caller;
    }
    void await_resume() const {
        if (coroutine_ && coroutine_.promise().error) {
            std::rethrow_exception(coroutine_.promise().error);
        }
    }

  private:
    using handle = std::coroutine_handle<promise_type>;

    struct last {
        bool await_ready() const noexcept { return false; }
        std::coroutine_handle<> await_suspend(handle ended) const noexcept {
            return ended.promise().awaited_by;
        }
        void await_resume() const noexcept {}
    };

    explicit phase(handle coroutine) noexcept : coroutine_(coroutine) {}

    handle coroutine_;
};

}  // namespace pulsar::net
