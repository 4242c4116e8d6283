#pragma once

#include "pulsar/bench/session.hpp"
#include "pulsar/bench/thread_state.hpp"
#include "pulsar/bench/thread_usage.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace pulsar::bench {

/// A thread of the run, with connections of its own.
class worker {
  public:
    /// Both are called on the worker's thread, once each.
    struct events {
        std::function<void()> ready;     ///< all have connected, or failed to
        std::function<void()> finished;  ///< all are closed
    };

    /// Connections number `first` and the `count - 1` after it. `run` outlives this.
    worker(const plan& run, std::uint32_t first, std::uint32_t count, events tell);

    /// The thread. Returns after release().
    void run();

    // Any thread may call these:
    /// Connections that were made; where one follows another, the first of them counts.
    std::uint32_t connected() const noexcept { return connected_.load(std::memory_order_relaxed); }
    void start(const timetable& times);
    void stop(time_point end);  ///< sends nothing after `end`, if it is before the planned end
    void take(std::function<void(std::unique_ptr<tally>)> receiver);  ///< calls it on the worker's
    void release();

    // After run() has returned:
    std::unique_ptr<tally> rest() { return std::move(state_.counts); }  ///< not taken yet
    const thread_usage& usage() const noexcept { return usage_; }
    /// Those that the end of the run did not come before.
    std::uint32_t opened() const noexcept { return opened_ - abandoned_; }

    // The coroutines of its connections call these:
    thread_state& state() noexcept { return state_; }
    void on_settled(bool connected);  ///< the first connect is over
    void on_closed();                 ///< the last thing that they do

  private:
    using timer = boost::asio::steady_timer;

    void begin(std::uint32_t number);
    void open_connections();
    void fail_overdue();
    void measure();
    void tell_ready();
    void tell_finished();
    void await_end();
    void await_echoes(clock::duration longest, bool once_more);
    void pace();
    std::uint64_t next_paced(std::uint64_t frame) const;
    /// Of the frame's connection, in this thread if it is below count().
    std::uint64_t place_of(std::uint64_t frame) const noexcept {
        const auto all = state_.run.what.connections;
        return (frame % all + all - state_.first) % all;
    }
    std::uint32_t count() const noexcept {
        return static_cast<std::uint32_t>(state_.sessions.size());
    }
    bool all_closed() const noexcept { return closed_ == to_open_; }
    void wake_all();
    void give_up(session& s);
    void count_outages();

    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<net::stream::executor_type> work_{context_.get_executor()};
    timer ramp_timer_{context_};
    timer measure_timer_{context_};
    timer end_timer_{context_};
    events tell_;
    thread_state state_;
    std::uint32_t to_open_;  // all, or where the run ends before that, those that were opened
    std::uint32_t opened_ = 0;
    std::uint32_t abandoned_ = 0;
    std::uint32_t settled_ = 0;
    std::atomic<std::uint32_t> connected_ = 0;
    std::uint32_t closed_ = 0;
    std::uint64_t paced_ = 0;  // frames of the run that were due when pace() was here
    bool opening_ = false;
    bool ready_ = false;
    bool finished_ = false;
    thread_usage usage_;
};

}  // namespace pulsar::bench
