#pragma once

#include "pulsar/net/buffer_cache.hpp"
#include "pulsar/net/counters.hpp"
#include "pulsar/net/deadline_queue.hpp"
#include "pulsar/net/handler_memory.hpp"
#include "pulsar/net/turn_queue.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/wait_traits.hpp>
#include <boost/intrusive/list.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <span>

namespace pulsar::net {

/// An io_context that one thread runs, and what the connections on it share. What a connection does
/// it does on this thread, from the first byte to the last; so there is nothing to lock.
class event_loop {
  public:
    using executor_type = boost::asio::io_context::executor_type;

    /// A connection, as its loop sees it. All functions are called on the loop's thread, and throw
    /// nothing.
    class member : public deadline_queue::entry,
                   public boost::intrusive::list_base_hook<
                       boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
      public:
        virtual void drain(time_point now) = 0;  ///< finish what has arrived, then leave
        virtual void cut_off() = 0;              ///< leave now

      protected:
        ~member() override = default;
    };

    event_loop();

    /// Serves until request_end(). The thread that calls it is the loop's thread. An exception from
    /// what is not part of a connection is a bug: it is
    /// logged, and the loop goes on.
    void run();

    // Any thread, each once; an answer again once there is one. They allocate nothing: a server
    // that has no memory left can still end.
    void request_drain() noexcept;    ///< lets all members drain
    void request_cut_off() noexcept;  ///< cuts off those that are left
    void request_end() noexcept;      ///< lets run() return, when no member is left
    void request_answer() noexcept;   ///< a sign of life

    /// What was asked for last; until then it has.
    bool has_answered() const noexcept { return answered_; }

    /// Lets run() return at once, whatever is left. Any thread.
    void abandon() noexcept { context_.stop(); }

    executor_type executor() noexcept { return context_.get_executor(); }
    turn_queue& turns() noexcept { return turns_; }
    buffer_cache& buffers() noexcept { return buffers_; }
    bool running_in_this_thread() const noexcept;

    void add(member& m) { members_.push_back(m); }  ///< until `m` is destroyed

    /// Its on_deadline() will be called at `at` or soon after. Throws nothing.
    void schedule(deadline_queue::entry& e, time_point at);

    /// Memory to receive into. Whoever uses it must be done with it before it suspends: the next
    /// connection overwrites it.
    std::span<std::byte> scratch() noexcept { return buffers_.scratch(); }

    /// Of all connections that were ever served here; any thread may read it.
    net::traffic traffic;

  private:
    using timer =
        boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>, executor_type>;
    using request = void (event_loop::*)();
    void post(request what, roomy_handler_memory& memory) noexcept;
    void drain();
    void cut_off();
    void end();
    void answer();
    void wait_until(time_point at);
    void on_timer();

    std::array<roomy_handler_memory, 4> request_memory_;  // operations of the context live in these
    roomy_handler_memory timer_memory_;
    buffer_cache buffers_{*this};
    boost::asio::io_context context_{1};  // 1: a hint that a single thread runs it
    boost::asio::executor_work_guard<executor_type> work_{context_.get_executor()};
    turn_queue turns_{context_.get_executor()};
    timer timer_{context_};
    std::atomic<bool> answered_ = true;
    time_point wakes_at_;  // when on_timer() comes, unless it is cut short
    deadline_queue deadlines_;
    boost::intrusive::list<member, boost::intrusive::constant_time_size<false>> members_;
};

}  // namespace pulsar::net
