#pragma once

#include "pulsar/bench/session.hpp"
#include "pulsar/bench/thread_state.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <memory>

namespace pulsar::bench {

/// A thread of the run, with connections of its own.
class worker {
  public:
    /// Both are called on the worker's thread, once each.
    struct events {
        std::function<void(std::uint32_t connected)> ready;  ///< all have connected, or failed to
        std::function<void()> finished;                      ///< all are closed
    };

    /// Connections number `first` and the `count - 1` after it. `run` outlives this.
    worker(const plan& run, std::uint32_t first, std::uint32_t count, events tell);

    /// The thread. Returns after release().
    void run();

    // Any thread may call these:
    void start(const timetable& times);
    void stop(time_point end);  ///< sends nothing after `end`, if it is before the planned end
    void take(std::function<void(std::unique_ptr<tally>)> receiver);  ///< calls it on the worker's
    void release();

    /// What has not been taken. After run() has returned.
    std::unique_ptr<tally> rest() { return std::move(state_.counts); }

    // The coroutines of its connections call these:
    thread_state& state() noexcept { return state_; }
    void on_settled(bool connected);  ///< the first connect is over; not in modes of many
    void on_closed();                 ///< the last thing that they do

  private:
    using timer = boost::asio::steady_timer;

    void begin(std::uint32_t number);
    void open_connections();
    void watch_connecting();
    void await_end();
    void pace();
    std::uint32_t count() const noexcept {
        return static_cast<std::uint32_t>(state_.sessions.size());
    }
    bool all_closed() const noexcept { return closed_ == count(); }
    void wake_all();
    void give_up(session& s);
    void count_outages();

    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<net::stream::executor_type> work_{context_.get_executor()};
    timer connect_timer_{context_};
    timer end_timer_{context_};
    timer pace_timer_{context_};
    events tell_;
    thread_state state_;
    std::uint32_t opened_ = 0;
    std::uint32_t settled_ = 0;
    std::uint32_t connected_ = 0;
    std::uint32_t closed_ = 0;
    std::uint64_t paced_ = 0;  // frames of the run that were due when pace() was here
    bool opening_ = false;
    time_point settled_at_;
};

}  // namespace pulsar::bench
