// net::event_loop without a thread, in the place of src/net/event_loop.cpp.

#include "scripted_loop.hpp"

#include "pulsar/net/event_loop.hpp"
#include "require.hpp"
#include "scripted_clock.hpp"

namespace pulsar::net {

using fuzz::next_deadline;

event_loop::event_loop() = default;

void event_loop::run() {
    // One that is put in again and again, and due each time, would keep a loop busy.
    for (int left = 8; auto* due = deadlines_.pop_due(clock::now()); --left) {
        fuzz::require(left > 0);
        due->on_deadline(clock::now());
    }
    next_deadline = deadlines_.next();
}

void event_loop::schedule(deadline_queue::entry& e, time_point at) {
    deadlines_.schedule(e, at);
    next_deadline = deadlines_.next();
}

void event_loop::request_drain() noexcept {
    for (auto& m : members_)
        m.drain(clock::now());
}

void event_loop::request_cut_off() noexcept {
    for (auto& m : members_)
        m.cut_off();
}

}  // namespace pulsar::net
