#include "pulsar/bench/load.hpp"

#include "pulsar/bench/series.hpp"
#include "pulsar/bench/server_lookup.hpp"
#include "pulsar/bench/source_addresses.hpp"
#include "pulsar/bench/worker.hpp"
#include "pulsar/cli/text.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <csignal>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace pulsar::bench {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto tick = 1s;
constexpr int most_silent_seconds = 5;

/// As the user gave them.
std::string address_text(const std::vector<net::address>& targets) {
    std::string text;
    for (const auto& each : targets) {
        if (!text.empty()) text += ',';
        text += net::to_string(each);
    }
    return text;
}

/// Finds the servers, starts the workers, asks each of them once a second for what it has counted,
/// and adds that up. All of it on the thread that runs `context_`; workers answer by post().
class load {
  public:
    load(const options& what, std::function<void(const progress&)> on_progress)
        : what_(what), on_progress_(std::move(on_progress)) {
        if (what.reconnect) result_.reconnect.emplace();
        signals_.async_wait([this](boost::system::error_code error, int) {
            if (error) return;
            boost::system::error_code ignored;
            signals_.clear(ignored);  // the next one kills
            stop();
        });
    }

    result run() {
        asio::co_spawn(context_, control(), [this](const std::exception_ptr& error) {
            failure_ = error;
            context_.stop();
        });
        try {
            context_.run();
        } catch (...) {
            failure_ = std::current_exception();
        }
        if (failure_) stop();  // or nobody could join the workers
        join_workers();
        if (failure_) std::rethrow_exception(failure_);
        for (auto& w : workers_)
            add(*w->rest());
        if (connected() == 0 && !stopped_) throw_no_connection();
        describe();
        return std::move(result_);
    }

  private:
    void launch_workers();
    void join_workers();
    worker::events events_of_worker();
    asio::awaitable<void> control();
    asio::awaitable<void> find_servers();
    asio::awaitable<void> sleep_until(time_point at);
    time_point pass_ticks();
    void on_ready();
    void begin();
    void stop();
    void end_load();
    void on_tick(time_point at);
    void add(const tally& counts);
    void end_second(double t_s);
    void show(time_point at);
    void describe();
    time_point rated_end() const;
    std::uint64_t unsent_until(time_point end) const;
    std::size_t connected() const;
    std::size_t opened() const;
    [[noreturn]] void throw_no_connection() const;

    const options what_;
    std::function<void(const progress&)> on_progress_;
    asio::io_context context_{1};
    asio::signal_set signals_{context_, SIGINT, SIGTERM};
    asio::steady_timer changed_{context_};
    asio::steady_timer ramp_{context_};
    std::optional<plan> plan_;  // once the servers are found
    std::vector<std::unique_ptr<worker>> workers_;
    std::vector<std::jthread> threads_;
    std::exception_ptr failure_;
    std::size_t ready_ = 0;
    std::size_t finished_ = 0;
    std::size_t unanswered_ = 0;
    bool stopped_ = false;
    int silent_seconds_ = 0;
    time_point next_tick_;
    timetable times_;
    time_point finished_at_;
    series series_;
    histogram send_lag_;
    result result_;
};

worker::events load::events_of_worker() {
    auto ready = [this] {
        asio::post(context_, [this] {
            if (++ready_ == workers_.size()) on_ready();
        });
    };
    auto finished = [this] {
        asio::post(context_, [this, at = clock::now()] {
            ++finished_;
            finished_at_ = std::max(finished_at_, at);
            changed_.cancel();
        });
    };
    return {std::move(ready), std::move(finished)};
}

void load::launch_workers() {
    const auto threads = std::min<std::size_t>(what_.threads, what_.connections);
    std::size_t first = 0;
    for (std::size_t i = 1; i <= threads; ++i) {
        const auto end = what_.connections * i / threads;
        workers_.push_back(std::make_unique<worker>(*plan_, static_cast<std::uint32_t>(first),
                                                    static_cast<std::uint32_t>(end - first),
                                                    events_of_worker()));
        first = end;
    }
    try {
        for (auto& w : workers_)
            threads_.emplace_back([&w] { w->run(); });
    } catch (const std::system_error& error) {
        throw std::runtime_error("cannot start --threads " + std::to_string(threads) + ": " +
                                 error.code().message());
    }
}

void load::join_workers() {
    for (auto& w : workers_)
        w->release();
    threads_.clear();
}

/// The run, from its beginning to its end.
asio::awaitable<void> load::control() {
    co_await find_servers();
    if (stopped_) co_return;
    launch_workers();
    next_tick_ = plan_->opens_from + tick;
    if (renews_connections(what_.mode)) begin();
    while (finished_ < workers_.size() || unanswered_ > 0) {
        co_await sleep_until(next_tick_);
        if (clock::now() >= next_tick_) on_tick(pass_ticks());
    }
}

/// The last tick that has come: of a process that was stopped for seconds, no row of the series is
/// for one in which nobody looked.
time_point load::pass_ticks() {
    const auto now = clock::now();
    auto at = next_tick_;
    while (next_tick_ <= now) {
        at = next_tick_;
        next_tick_ += tick;
        if (at < times_.measured_from) next_tick_ = std::min(next_tick_, times_.measured_from);
    }
    return at;
}

/// Until they are, or the run is stopped.
asio::awaitable<void> load::find_servers() {
    server_lookup lookup(what_.targets,
                         [this] { asio::post(context_, [this] { changed_.cancel(); }); });
    while (!lookup.is_done() && !stopped_)
        co_await sleep_until(time_point::max());
    if (stopped_) co_return;
    auto servers = lookup.take();
    fit_to_sources(servers, what_.sources);
    plan_.emplace(what_, std::move(servers));
}

asio::awaitable<void> load::sleep_until(time_point at) {
    changed_.expires_at(at);
    co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
}

/// Each connection is made, or has failed; where one follows another, the first of them.
void load::on_ready() {
    if (stopped_) return;
    if (renews_connections(what_.mode)) {
        if (connected() == 0) end_load();  // nobody is there
    } else if (connected() > 0) {
        ramp_.expires_at(plan_->opens_from + what_.ramp);
        ramp_.async_wait([this](boost::system::error_code error) {
            if (!error && !stopped_) begin();
        });
    }
}

/// With the ramp where one connection follows another, and else after it.
void load::begin() {
    times_.start = clock::now();
    const auto ramp = renews_connections(what_.mode) ? what_.ramp : 0ms;
    times_.measured_from = times_.start + ramp + what_.warmup;
    if (!what_.frames) times_.end = times_.measured_from + what_.duration;
    for (auto& w : workers_)
        w->start(times_);
    next_tick_ = times_.start;
    changed_.cancel();
}

void load::stop() {
    stopped_ = true;
    end_load();
    changed_.cancel();
}

void load::end_load() {
    times_.end = std::min(times_.end, clock::now());
    for (auto& w : workers_)
        w->stop(times_.end);
}

void load::on_tick(time_point at) {
    const auto t_s = net::to_seconds(at - times_.measured_from);
    if (t_s <= 0) return show(at);
    // The last second ends with the run.
    if (at >= times_.end || unanswered_ > 0) return;
    unanswered_ = workers_.size();
    for (auto& w : workers_) {
        w->take([this, at, t_s](std::unique_ptr<tally> counts) {
            asio::post(context_, [this, at, t_s, counts = std::move(counts)] {
                add(*counts);
                if (--unanswered_ > 0) return;
                end_second(t_s);
                show(at);
                changed_.cancel();
            });
        });
    }
}

void load::add(const tally& counts) {
    add_counts(result_, counts);
    result_.latency.merge(counts.latency);
    if (what_.rate) send_lag_.merge(counts.send_lag);
    series_.add(counts);
}

void load::end_second(double t_s) {
    silent_seconds_ = series_.end_second(t_s) ? silent_seconds_ + 1 : 0;
    // Without a planned end, nothing else would end the run of a server that has gone silent.
    if (what_.frames && silent_seconds_ == most_silent_seconds && !stopped_) {
        result_.ended_by_silence = true;
        stop();
    }
}

void load::show(time_point at) {
    progress now;
    now.connected = connected();
    now.connections = what_.connections;
    now.total_frames = what_.frames;
    now.frames = result_.frames;
    now.heartbeats = result_.heartbeats;
    now.failed_connections = result_.failed_connections();
    if (at < times_.measured_from) {
        const bool connecting = ready_ < workers_.size() || times_.start == time_point::max();
        now.at = connecting ? stage::connecting : stage::warming_up;
    }
    if (times_.start != time_point::max()) now.elapsed_s = net::to_seconds(at - times_.start);
    if (times_.end != time_point::max()) now.total_s = net::to_seconds(times_.end - times_.start);
    if (!series_.seconds().empty()) {
        const auto& last = series_.seconds().back();
        now.frames_per_s = static_cast<double>(last.frames) / series_.last_length_s();
        if (last.frames > 0) now.p99_us = last.p99_us;
    }
    on_progress_(now);
}

void load::describe() {
    result_.address = address_text(what_.targets);
    result_.mode = what_.mode;
    result_.framing = what_.framing;
    // What an idle run has to show are the connections that it held: Ctrl+C may come before all.
    result_.connections = what_.mode == mode::idle ? opened() : what_.connections;
    result_.pipeline = what_.pipeline;
    result_.frame_size = what_.frame_size;
    result_.rate = what_.rate;
    result_.threads = what_.threads;
    for (const auto& each : what_.sources)
        result_.sources.push_back(each.to_string());
    result_.proxy_protocol = what_.proxy_protocol;
    result_.ramp_s = net::to_seconds(what_.ramp);
    result_.warmup_s = net::to_seconds(what_.warmup);
    const auto end = std::min(times_.end, std::max(finished_at_, rated_end()));
    if (times_.measured_from < end) {
        result_.duration_s = net::to_seconds(end - times_.measured_from);
    }
    series_.end_run(result_.duration_s);
    result_.series = series_.seconds();
    for (const auto& w : workers_)
        result_.busiest_thread = std::max(result_.busiest_thread, w->usage().cpus());
    if (what_.rate) result_.unsent_frames = unsent_until(end);
    if (send_lag_.count() > 0) {
        result_.send_lag = {.p50_us = to_us(send_lag_.percentile(50)),
                            .p99_us = to_us(send_lag_.percentile(99)),
                            .max_us = to_us(send_lag_.max())};
    }
}

/// The end of the interval of the last of a number of frames that all came back: without it, a run
/// at a rate would show more than its rate.
time_point load::rated_end() const {
    if (!what_.rate || !what_.frames || result_.frames < *what_.frames) return {};
    const auto after = *what_.frames;
    return times_.measured_from +
           plan_->arrivals->due(after % what_.connections, after / what_.connections);
}

/// Of the frames that were due and count, those that went out on no connection, be it full, away or
/// failed. A frame that is sent has a lag.
std::uint64_t load::unsent_until(time_point end) const {
    if (end <= times_.measured_from) return 0;
    const auto due_before = [&](time_point at) {
        return plan_->arrivals->count(at - clock::duration(1) - times_.start);
    };
    const auto due = std::min(due_before(end) - due_before(times_.measured_from),
                              what_.frames.value_or(unlimited));
    return due - std::min(due, send_lag_.count());  // an end that came early finds more sent
}

std::size_t load::connected() const {
    std::size_t sum = 0;
    for (const auto& w : workers_)
        sum += w->connected();
    return sum;
}

std::size_t load::opened() const {
    std::size_t sum = 0;
    for (const auto& w : workers_)
        sum += w->opened();
    return sum;
}

void load::throw_no_connection() const {
    std::string why;
    for (const auto& kind : result_.failures)
        if (why.empty()) why = kind.first;
    throw std::runtime_error("cannot connect to " + cli::escaped(address_text(what_.targets)) +
                             ": " + why);
}

}  // namespace

result run_load(const options& what, const std::function<void(const progress&)>& on_progress) {
    return load(what, on_progress).run();
}

}  // namespace pulsar::bench
