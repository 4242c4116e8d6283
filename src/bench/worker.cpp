#include "pulsar/bench/worker.hpp"

#include "pulsar/bench/mode_tasks.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <sys/prctl.h>
#include <utility>

namespace pulsar::bench {

namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

// Connections under way at a time: more would only wait in the server's accept queue.
constexpr std::uint32_t most_connecting = 128;

}  // namespace

worker::worker(const plan& run, std::uint32_t first, std::uint32_t count, events tell)
    : tell_(std::move(tell)), state_(run, context_.get_executor(), first, count) {}

void worker::run() {
    ::prctl(PR_SET_TIMERSLACK, 1);  // ns; the default of 50 us would show in the latencies
    settled_at_ = clock::now();
    if (renews_connections(state_.run.what.mode)) {
        tell_.ready(count());
    } else {
        open_connections();
        watch_connecting();
    }
    context_.run();
}

void worker::open_connections() {
    // Some settle at once, and then do not call this again.
    opening_ = true;
    while (opened_ < count() && opened_ - settled_ < most_connecting)
        begin(opened_++);
    opening_ = false;
    if (settled_ == count()) {
        connect_timer_.cancel();
        tell_.ready(connected_);
    }
}

void worker::on_settled(bool connected) {
    settled_at_ = clock::now();
    ++settled_;
    if (connected) ++connected_;
    if (!opening_) open_connections();
}

void worker::watch_connecting() {
    if (settled_ == count()) return;
    connect_timer_.expires_at(settled_at_ + state_.run.what.timeout);
    connect_timer_.async_wait([this](boost::system::error_code error) {
        if (error) return;
        if (clock::now() >= settled_at_ + state_.run.what.timeout) {
            state_.gives_up = true;  // those that are not opened yet fail, too
            for (auto* const s : state_.sessions)
                if (s != nullptr && s->opening()) give_up(*s);
        }
        watch_connecting();
    });
}

void worker::begin(std::uint32_t number) {
    const auto connection = state_.first + number;
    switch (state_.run.what.mode) {
        case mode::echo:
            return void(echo_mode(*this, connection));
        case mode::idle:
            return void(idle_mode(*this, connection));
        case mode::churn:
            return void(churn_mode(*this, connection));
        case mode::halfclose:
            return void(halfclose_mode(*this, connection));
    }
}

void worker::on_closed() {
    ++closed_;
    if (!all_closed()) return;
    end_timer_.cancel();
    pace_timer_.cancel();
    tell_.finished();
}

void worker::start(const timetable& times) {
    asio::post(context_, [this, times] {
        state_.times = times;
        state_.now = clock::now();
        if (renews_connections(state_.run.what.mode)) {
            for (std::uint32_t i = 0; i < count(); ++i)
                begin(i);
        }
        wake_all();
        await_end();
        if (state_.run.arrivals) pace();
    });
}

void worker::stop(time_point end) {
    asio::post(context_, [this, end] {
        auto& times = state_.times;
        times.end = std::min(times.end, end);
        times.start = std::min(times.start, times.end);
        await_end();
    });
}

void worker::await_end() {
    const auto end = state_.times.end;
    if (end == time_point::max() || all_closed()) return;
    end_timer_.expires_at(end);
    end_timer_.async_wait([this, end](boost::system::error_code error) {
        if (error || all_closed()) return;
        wake_all();
        end_timer_.expires_at(end + state_.run.what.timeout);
        end_timer_.async_wait([this](boost::system::error_code late) {
            if (late) return;
            state_.gives_up = true;
            for (auto* const s : state_.sessions)
                if (s != nullptr) give_up(*s);
        });
    });
}

/// Wakes the connections that a frame is due on, and itself when the next one is.
void worker::pace() {
    if (all_closed()) return;
    state_.now = clock::now();
    const auto& arrivals = *state_.run.arrivals;
    const auto all = state_.run.what.connections;
    const auto own = [&](std::uint64_t frame) { return (frame % all + all - state_.first) % all; };
    const auto due = arrivals.count(state_.now - state_.times.start);
    // Of those that are far behind, each connection needs one look only.
    for (auto frame = due - std::min<std::uint64_t>(due - paced_, all); frame < due; ++frame)
        if (own(frame) < count() && state_.sessions[own(frame)] != nullptr) {
            state_.sessions[own(frame)]->wake();
        }
    paced_ = due;
    if (state_.now >= state_.times.end) return;
    const auto next = own(due) < count() ? due : due + all - own(due);
    pace_timer_.expires_at(state_.times.start + arrivals.due(next % all, next / all));
    pace_timer_.async_wait([this](boost::system::error_code error) {
        if (!error) pace();
    });
}

void worker::wake_all() {
    state_.now = clock::now();
    for (auto* const s : state_.sessions)
        if (s != nullptr) s->wake();
}

void worker::give_up(session& s) {
    state_.now = clock::now();
    s.give_up();
    s.wake();
}

/// Those that go on: the next tally has the rest of them.
void worker::count_outages() {
    state_.now = clock::now();
    for (auto* const s : state_.sessions)
        if (s != nullptr) s->count_outage();
}

void worker::take(std::function<void(std::unique_ptr<tally>)> receiver) {
    asio::post(context_, [this, receiver = std::move(receiver)] {
        if (state_.run.what.reconnect) count_outages();
        receiver(std::exchange(state_.counts, std::make_unique<tally>()));
    });
}

void worker::release() {
    asio::post(context_, [this] { work_.reset(); });
}

}  // namespace pulsar::bench
