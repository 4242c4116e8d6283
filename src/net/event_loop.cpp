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

event_loop::event_loop()
    : scratch_(std::make_unique_for_overwrite<decltype(scratch_)::element_type>()) {}

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

void event_loop::drain() {
    post(&event_loop::drain_members, request_memory_[0]);
}

void event_loop::cut_off() {
    post(&event_loop::cut_off_members, request_memory_[1]);
}

void event_loop::release() {
    post(&event_loop::end, request_memory_[2]);
}

void event_loop::post(request what, roomy_handler_memory& memory) {
    boost::asio::post(context_, in_memory(memory, [this, what] { (this->*what)(); }));
}

void event_loop::end() {
    timer_.cancel();
    work_.reset();
}

bool event_loop::running_in_this_thread() const noexcept {
    return work_.get_executor().running_in_this_thread();
}

void event_loop::schedule(member& m, time_point at) {
    assert(running_in_this_thread());
    deadlines_.schedule(m, at);
    if (at < armed_at_) arm(at);
}

void event_loop::arm(time_point at) {
    armed_at_ = time_point::max();  // should the wait not start, for want of memory
    timer_.expires_at(at);
    timer_.async_wait(in_memory(timer_memory_, [this](boost::system::error_code error) {
        if (!error) on_timer();
    }));
    armed_at_ = at;
}

void event_loop::on_timer() {
    armed_at_ = time_point::min();  // schedule() need not set the timer: the end of this does
    const auto now = clock::now();
    for (int i = 0; i < deadlines_per_turn; ++i) {
        auto* due = deadlines_.pop_due(now);
        if (due == nullptr) break;
        static_cast<member*>(due)->on_deadline(now);
    }
    const auto next = deadlines_.next();
    if (!next) {
        armed_at_ = time_point::max();
        return;
    }
    const bool behind = *next <= now;
    arm(behind ? now : std::max(*next, now + timer_resolution));
}

void event_loop::drain_members() {
    const auto now = clock::now();
    for (auto& m : members_)
        m.drain(now);
}

void event_loop::cut_off_members() {
    for (auto& m : members_)
        m.cut_off();
}

}  // namespace pulsar::net
