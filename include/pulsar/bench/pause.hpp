#pragma once

#include "pulsar/net/stream.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <coroutine>

namespace pulsar::bench {

/// What a coroutine awaits to go on after that time. Nothing ends it early.
class pause {
  public:
    pause(const net::stream::executor_type& loop, std::chrono::milliseconds length)
        : timer_(loop, length) {}

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
        timer_.async_wait([waiting](boost::system::error_code) { waiting.resume(); });
    }
    void await_resume() const noexcept {}

  private:
    boost::asio::steady_timer timer_;
};

}  // namespace pulsar::bench
