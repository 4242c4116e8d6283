#pragma once

#include "pulsar/net/handler_memory.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/intrusive/slist.hpp>

#include <coroutine>
#include <cstddef>

namespace pulsar::net {

/// Coroutines that want to go on after the loop has polled its sockets, first come, first
/// served.
///
/// Between two polls only so many of them go on, for connections about as many as Asio takes from
/// one epoll_wait: or with a thousand busy ones those that take turns would be served again and
/// again before those that wait for an event.
///
/// Belongs to its loop's thread.
class turn_queue {
  public:
    using executor_type = boost::asio::io_context::executor_type;

    static constexpr std::size_t turns_between_polls = 128;

    /// A place in the queue. It must not go, nor enter again, before its turn.
    struct entry : boost::intrusive::slist_base_hook<
                       boost::intrusive::link_mode<boost::intrusive::normal_link>> {
        std::coroutine_handle<> coroutine;
    };

    explicit turn_queue(executor_type loop, std::size_t at_a_time = turns_between_polls) noexcept
        : loop_(std::move(loop)), at_a_time_(at_a_time) {}

    const executor_type& executor() const noexcept { return loop_; }

    /// Resumes `last.coroutine` in its turn, from the loop, never from here.
    void enter(entry& last);

  private:
    struct round;

    void post();
    void serve();

    executor_type loop_;
    std::size_t at_a_time_;
    boost::intrusive::slist<entry, boost::intrusive::cache_last<true>> waiting_;
    handler_memory memory_;
    bool posted_ = false;
};

}  // namespace pulsar::net
