#pragma once

#include "pulsar/net/control_strand.hpp"
#include "pulsar/net/handler_memory.hpp"

#include <atomic>
#include <functional>

namespace pulsar::server {

/// A function that any thread may ask the control strand to call. Asked again before it has been
/// called, it is called once. To ask takes no memory.
///
/// Its operations live in it: it must not go before the strand's context.
class control_request {
  public:
    control_request(const net::control_strand& control, std::function<void()> call);

    /// Any thread.
    void ask() noexcept;

  private:
    const net::control_strand& control_;
    const std::function<void()> call_;
    std::atomic<bool> asked_ = false;
    net::roomy_handler_memory on_loop_memory_;
    net::roomy_handler_memory in_strand_memory_;
};

}  // namespace pulsar::server
