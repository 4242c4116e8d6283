#include "pulsar/bench/worker.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <coroutine>
#include <sys/prctl.h>
#include <utility>

namespace pulsar::bench {

namespace asio = boost::asio;
using event = net::stream::event;
using std::chrono::milliseconds;

namespace {

// Connections under way at a time: more would only wait in the server's accept queue.
constexpr std::uint32_t most_connecting = 128;
constexpr milliseconds failed_churn_pause{100};  // a server that is away is not hammered

class pause {
  public:
    pause(const net::stream::executor_type& loop, milliseconds length) : timer_(loop, length) {}

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
        timer_.async_wait([waiting](boost::system::error_code) { waiting.resume(); });
    }
    void await_resume() const noexcept {}

  private:
    asio::steady_timer timer_;
};

}  // namespace

worker::worker(const plan& run, std::uint32_t first, std::uint32_t count, events tell)
    : tell_(std::move(tell)),
      state_(run, context_.get_executor()),
      first_(first),
      sessions_(count) {}

void worker::run() {
    ::prctl(PR_SET_TIMERSLACK, 1);  // ns; the default of 50 us would show in the latencies
    settled_at_ = clock::now();
    if (state_.run.what.mode == mode::churn) {
        tell_.ready(static_cast<std::uint32_t>(sessions_.size()));
    } else {
        open_connections();
        watch_connecting();
    }
    context_.run();
}

void worker::open_connections() {
    // Some settle at once, and then do not call this again.
    opening_ = true;
    const auto count = static_cast<std::uint32_t>(sessions_.size());
    while (opened_ < count && opened_ - settled_ < most_connecting)
        converse(opened_++);
    opening_ = false;
    if (settled_ == count) {
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
    if (settled_ == sessions_.size()) return;
    connect_timer_.expires_at(settled_at_ + state_.run.what.timeout);
    connect_timer_.async_wait([this](boost::system::error_code error) {
        if (error) return;
        if (clock::now() >= settled_at_ + state_.run.what.timeout) {
            gives_up_ = true;  // those that are not opened yet fail, too
            for (auto* const s : sessions_)
                if (s != nullptr && s->opening()) give_up(*s);
        }
        watch_connecting();
    });
}

/// Everything that one connection does, or in churn all those that follow each other.
net::task worker::converse(std::uint32_t number) {
    const bool churn = state_.run.what.mode == mode::churn;
    auto quota = state_.run.quota(first_ + number);
    std::uint64_t opened = 0;
    bool again = !churn || quota > 0;
    while (again) {
        session self(state_, first_ + number, frames_of(opened++, quota));
        sessions_[number] = &self;
        if (gives_up_) self.give_up();
        std::optional<timer> deadline;
        do {
            const bool opening = self.opening();
            while (!self.connect()) {
                pause queue(state_.turns.executor(), full_queue_pause);
                co_await queue;
            }
            if (self.interrupted()) wake_at(deadline, number, self.deadline());
            while (self.connecting()) {
                co_await self.stream().wait(event::writable);
                self.finish_connect();
            }
            deadline.reset();
            if (opening && !churn) on_settled(self.connected());
            self.send();
            while (self.connected() && !self.finished()) {
                co_await self.stream().wait(self.next_event());
                self.receive();
                self.send();
            }
            self.close();
            // The stream must not go while its handler is under way.
            while (self.has_stream() && self.stream().waits_until_writable())
                co_await self.stream().wait(event::turn);
            if (self.interrupted()) wake_at(deadline, number, self.deadline());
            while (self.interrupted() && clock::now() < self.deadline())
                co_await self.stream().wait(event::wake);
        } while (self.interrupted());
        sessions_[number] = nullptr;
        quota -= self.measured_frames();
        again = churn && quota > 0 && !gives_up_ && clock::now() < state_.times.end;
        if (again && self.failed()) {
            pause failed(state_.turns.executor(), failed_churn_pause);
            co_await failed;
        }
    }
    on_closed();
}

allowance worker::frames_of(std::uint64_t opened, std::uint64_t quota) const noexcept {
    if (state_.run.what.mode == mode::churn) return {.first = opened, .in_all = 1};
    return {.in_all = quota == 0 ? 0 : unlimited, .measured = quota};
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
        if (state_.run.what.mode == mode::churn) {
            for (std::uint32_t i = 0; i < sessions_.size(); ++i)
                converse(i);
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
            gives_up_ = true;
            for (auto* const s : sessions_)
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
    const auto own = [&](std::uint64_t frame) { return (frame % all + all - first_) % all; };
    const auto due = arrivals.count(state_.now - state_.times.start);
    // Of those that are far behind, each connection needs one look only.
    for (auto frame = due - std::min<std::uint64_t>(due - paced_, all); frame < due; ++frame)
        if (own(frame) < sessions_.size()) wake(sessions_[own(frame)]);
    paced_ = due;
    if (state_.now >= state_.times.end) return;
    const auto next = own(due) < sessions_.size() ? due : due + all - own(due);
    pace_timer_.expires_at(state_.times.start + arrivals.due(next % all, next / all));
    pace_timer_.async_wait([this](boost::system::error_code error) {
        if (!error) pace();
    });
}

void worker::wake_at(std::optional<timer>& by, std::uint32_t number, time_point at) {
    by.emplace(context_, at);
    by->async_wait([this, number](boost::system::error_code error) {
        if (!error) wake(sessions_[number]);
    });
}

void worker::wake(session* s) {
    if (s != nullptr && s->has_stream()) s->stream().wake();
}

void worker::wake_all() {
    state_.now = clock::now();
    for (auto* const s : sessions_)
        wake(s);
}

void worker::give_up(session& s) {
    state_.now = clock::now();
    s.give_up();
    wake(&s);
}

/// Those that go on: the next tally has the rest of them.
void worker::count_outages() {
    state_.now = clock::now();
    for (auto* const s : sessions_)
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
