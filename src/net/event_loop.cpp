#include "pulsar/net/event_loop.hpp"

#include "pulsar/log/log.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cassert>
#include <exception>

namespace pulsar::net {

namespace {

// Deadlines handled before the loop turns to its sockets again.
constexpr int deadlines_per_turn = 128;

// The timer goes off at most this often, and so for many deadlines at once: with thousands of
// silent connections, setting it for each one would cost more than their heartbeats.
constexpr std::chrono::milliseconds timer_resolution{4};

}  // namespace

event_loop::event_loop() {
    wait_until(time_point::max());
}

void event_loop::run() {
    for (;;) {
        try {
            context_.run();
            return;
        } catch (const std::exception& error) {
            log::write(log::component::server, log::level::error, "exception",
                       {{"error", error.what()}});
        }
    }
}

void event_loop::request_drain() noexcept {
    post(&event_loop::drain, request_memory_[0]);
}

void event_loop::request_cut_off() noexcept {
    post(&event_loop::cut_off, request_memory_[1]);
}

void event_loop::request_end() noexcept {
    post(&event_loop::end, request_memory_[2]);
}

void event_loop::request_answer() noexcept {
    answered_ = false;
    post(&event_loop::answer, request_memory_[3]);
}

void event_loop::post(request what, roomy_handler_memory& memory) noexcept {
    boost::asio::post(context_, bind_memory(memory, [this, what] { (this->*what)(); }));
}

void event_loop::end() {
    assert(members_.empty());
    work_.reset();
    timer_.cancel();
}

bool event_loop::running_in_this_thread() const noexcept {
    return work_.get_executor().running_in_this_thread();
}

void event_loop::schedule(deadline_queue::entry& e, time_point at) {
    assert(running_in_this_thread());
    deadlines_.schedule(e, at);
    if (at >= wakes_at_) return;
    wakes_at_ = time_point::min();
    timer_.cancel();
}

/// From construction to end() one wait is under way, never two: there is memory for one. So that
/// an earlier deadline cannot be lost for want of it, schedule() ends the wait, and does not begin
/// another; nor has the list to grow in which Asio keeps the timers that are waited for.
void event_loop::wait_until(time_point at) {
    wakes_at_ = at;
    timer_.expires_at(at);
    timer_.async_wait(
        bind_memory(timer_memory_, [this](boost::system::error_code) { on_timer(); }));
}

void event_loop::on_timer() {
    wakes_at_ = time_point::min();
    const auto now = clock::now();
    try {
        for (int i = 0; i < deadlines_per_turn; ++i) {
            auto* due = deadlines_.pop_due(now);
            if (due == nullptr) break;
            due->on_deadline(now);
        }
    } catch (...) {  // a bug, which run() logs; it must not stop all other deadlines
        wait_until(now);
        throw;
    }
    const auto next = deadlines_.next().value_or(time_point::max());
    if (!work_.owns_work()) return;
    wait_until(next <= now ? now : std::max(next, now + timer_resolution));
}

void event_loop::answer() {
    answered_ = true;
}

void event_loop::drain() {
    const auto now = clock::now();
    for (auto& m : members_)
        m.drain(now);
}

void event_loop::cut_off() {
    for (auto& m : members_)
        m.cut_off();
}

}  // namespace pulsar::net
