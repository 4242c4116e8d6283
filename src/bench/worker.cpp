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

// Of the pace of a rate: a thread that is not to wake cannot tell that it stood still.
constexpr milliseconds longest_sleep{10};

// Of a timer, for want of a CPU: more, and the process may have been stopped.
constexpr milliseconds most_late{10};

}  // namespace

worker::worker(const plan& run, std::uint32_t first, std::uint32_t count, events tell)
    : tell_(std::move(tell)), state_(run, context_.get_executor(), first, count), to_open_(count) {}

void worker::run() {
    ::prctl(PR_SET_TIMERSLACK, 1);  // ns; the default of 50 us would show in the latencies
    state_.answered_at = clock::now();
    if (!renews_connections(state_.run.what.mode)) open_connections();
    context_.run();
}

/// Those whose time has come, as far as there is room for more that connect.
void worker::open_connections() {
    if (std::exchange(opening_, true)) return;  // some settle at once
    const bool renews = renews_connections(state_.run.what.mode);
    const auto has_room = [&] { return renews || opened_ - settled_ < most_connecting; };
    const auto opens_at = [&] { return state_.run.opens_at(state_.first + opened_); };
    while (opened_ < to_open_ && has_room() && opens_at() <= clock::now())
        begin(opened_++);
    opening_ = false;
    if (opened_ < to_open_ && has_room()) {
        ramp_timer_.expires_at(opens_at());
        ramp_timer_.async_wait([this](boost::system::error_code error) {
            if (!error) open_connections();
        });
    }
    tell_ready();
}

void worker::on_settled(bool connected) {
    ++settled_;
    if (connected) {
        connected_.fetch_add(1, std::memory_order_relaxed);
    } else if (clock::now() >= state_.answered_at + state_.run.what.timeout) {
        fail_overdue();
    }
    open_connections();
}

/// Where no server answers, those that wait for a place among the others that connect would each
/// wait for the timeout, one after the other.
void worker::fail_overdue() {
    if (std::exchange(state_.gives_up, true)) return;
    const bool opening = std::exchange(opening_, true);
    const auto since = clock::now() - state_.run.what.timeout;
    while (opened_ < to_open_ && state_.run.opens_at(state_.first + opened_) <= since)
        begin(opened_++);
    opening_ = opening;
    state_.gives_up = false;
}

void worker::tell_ready() {
    if (settled_ == to_open_ && !std::exchange(ready_, true)) tell_.ready();
}

void worker::tell_finished() {
    if (!all_closed() || std::exchange(finished_, true)) return;
    usage_.end();
    measure_timer_.cancel();
    ramp_timer_.cancel();
    end_timer_.cancel();
    state_.pace_timer.cancel();
    tell_.finished();
}

void worker::begin(std::uint32_t number) {
    const auto connection = state_.first + number;
    if (renews_connections(state_.run.what.mode) && state_.run.quota(connection) == 0) {
        on_settled(false);
        return on_closed();
    }
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
    tell_finished();
}

void worker::start(const timetable& times) {
    asio::post(context_, [this, times] {
        state_.times = times;
        state_.now = clock::now();
        measure();
        if (renews_connections(state_.run.what.mode)) open_connections();
        wake_all();
        await_end();
        if (!state_.run.arrivals) return;
        state_.pace_timer.expires_at(times.start);
        pace();
    });
}

/// From when the result counts on, what the thread needs for it.
void worker::measure() {
    measure_timer_.expires_at(state_.times.measured_from);
    measure_timer_.async_wait([this](boost::system::error_code error) {
        if (!error) usage_.begin();
    });
}

void worker::stop(time_point end) {
    asio::post(context_, [this, end] {
        auto& times = state_.times;
        const bool is_earlier = end < times.end;
        times.end = std::min(times.end, end);
        times.start = std::min(times.start, times.end);
        if (times.end < times.measured_from) times.measured_from = time_point::max();  // never
        to_open_ = opened_;
        ramp_timer_.cancel();
        for (auto* const s : state_.sessions) {
            if (s == nullptr) continue;
            if (s->abandon()) ++abandoned_;
            s->wake();
        }
        tell_ready();
        tell_finished();
        // Else what is awaited stays, be it the end or the echoes after it.
        if (is_earlier) await_end();
    });
}

void worker::await_end() {
    const auto end = state_.times.end;
    if (end == time_point::max() || all_closed()) return;
    end_timer_.expires_at(end);
    end_timer_.async_wait([this](boost::system::error_code error) {
        if (error || all_closed()) return;
        usage_.end();
        wake_all();
        // From now, for what has just been sent: a process that was stopped comes late to its end.
        await_echoes(state_.run.what.timeout, true);
    });
}

void worker::await_echoes(clock::duration longest, bool once_more) {
    end_timer_.expires_at(state_.now + longest);
    end_timer_.async_wait([this, once_more](boost::system::error_code error) {
        if (error) return;
        state_.now = clock::now();
        const auto late = state_.now - end_timer_.expiry();
        // A process that was stopped has not looked what lies in its sockets.
        if (once_more && late > most_late) {
            return await_echoes(std::min<clock::duration>(late, state_.run.what.timeout), false);
        }
        state_.gives_up = true;
        for (auto* const s : state_.sessions)
            if (s != nullptr) give_up(*s);
    });
}

/// Wakes the connections that may send a frame that is due, and itself when the next one is.
void worker::pace() {
    if (all_closed()) return;
    state_.now = clock::now();
    state_.hiccup.note(state_.pace_timer.expiry(), state_.now);
    const auto& arrivals = *state_.run.arrivals;
    const auto all = state_.run.what.connections;
    const auto due = arrivals.count(state_.now - state_.times.start);
    // However far behind the run is, each connection is woken once.
    auto frame = next_paced(due - std::min<std::uint64_t>(due - paced_, all));
    for (; frame < due; frame = next_paced(frame + 1))
        state_.sessions[place_of(frame)]->wake();
    paced_ = due;
    if (state_.now >= state_.times.end) return;
    auto next = state_.now + longest_sleep;
    if (frame != unlimited) {
        next = std::min(next, state_.times.start + arrivals.due(frame % all, frame / all));
    }
    state_.pace_timer.expires_at(next);
    state_.pace_timer.async_wait([this](boost::system::error_code) { pace(); });
}

/// The first frame of the run, from this one on, whose connection may send it; `unlimited` while
/// none may, for want of echoes, room in the socket or frames.
std::uint64_t worker::next_paced(std::uint64_t frame) const {
    const auto all = state_.run.what.connections;
    for (const auto end = frame + all; frame < end;) {
        const auto place = place_of(frame);
        const auto* const s = place < count() ? state_.sessions[place] : nullptr;
        if (s != nullptr && s->may_send()) return frame;
        frame += place < count() ? 1 : all - place;
    }
    return unlimited;
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
