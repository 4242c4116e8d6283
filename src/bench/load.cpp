#include "pulsar/bench/load.hpp"

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

double to_us(histogram::nanoseconds latency) {
    return static_cast<double>(latency.count()) / 1'000;
}

/// Starts the workers, asks each of them once a second for what it has counted, and adds that up.
/// All of it on the thread that runs `context_`; workers answer by post().
class load {
  public:
    load(const options& what, std::function<void(const progress&)> on_progress)
        : plan_(what,
                find_server(what.targets.front(), renews_connections(what.mode), what.timeout)),
          on_progress_(std::move(on_progress)) {
        if (what.reconnect) result_.reconnect.emplace();
        launch_workers();
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
        context_.run();
        if (failure_) stop();
        release_workers();
        threads_.clear();  // joins them
        if (failure_) std::rethrow_exception(failure_);
        for (auto& w : workers_)
            add(*w->rest());
        if (connected_ == 0 && !stopped_) throw_no_connection();
        describe();
        end_second(result_.duration_s);
        return std::move(result_);
    }

  private:
    void launch_workers();
    void release_workers();
    worker::events events_of_worker();
    asio::awaitable<void> control();
    asio::awaitable<void> sleep_until(time_point at);
    void begin();
    void stop();
    void on_tick(time_point at);
    void add(const tally& counts);
    void end_second(double t_s);
    void show(time_point at);
    void describe();
    [[noreturn]] void throw_no_connection() const;

    plan plan_;
    std::function<void(const progress&)> on_progress_;
    asio::io_context context_{1};
    asio::signal_set signals_{context_, SIGINT, SIGTERM};
    asio::steady_timer changed_{context_};
    std::vector<std::unique_ptr<worker>> workers_;
    std::vector<std::jthread> threads_;
    std::exception_ptr failure_;
    std::size_t ready_ = 0;
    std::size_t connected_ = 0;
    std::size_t finished_ = 0;
    std::size_t unanswered_ = 0;
    bool stopped_ = false;
    int silent_seconds_ = 0;
    timetable times_;
    time_point finished_at_;
    tally second_;  // of this second so far: what the series tells of it
    histogram send_lag_;
    result result_;
};

worker::events load::events_of_worker() {
    auto ready = [this](std::uint32_t connected) {
        asio::post(context_, [this, connected] {
            ++ready_;
            connected_ += connected;
            changed_.cancel();
        });
    };
    auto finished = [this] {
        asio::post(context_, [this, at = clock::now()] {
            ++finished_;
            finished_at_ = at;
            changed_.cancel();
        });
    };
    return {std::move(ready), std::move(finished)};
}

void load::launch_workers() {
    const auto threads = std::min<std::size_t>(plan_.what.threads, plan_.what.connections);
    std::size_t first = 0;
    for (std::size_t i = 1; i <= threads; ++i) {
        const auto end = plan_.what.connections * i / threads;
        workers_.push_back(std::make_unique<worker>(plan_, static_cast<std::uint32_t>(first),
                                                    static_cast<std::uint32_t>(end - first),
                                                    events_of_worker()));
        first = end;
    }
    try {
        for (auto& w : workers_)
            threads_.emplace_back([&w] { w->run(); });
    } catch (const std::system_error& error) {
        stop();  // those that run must end, or nobody could join them
        release_workers();
        throw std::runtime_error("cannot start --threads " + std::to_string(threads) + ": " +
                                 error.code().message());
    }
}

void load::release_workers() {
    for (auto& w : workers_)
        w->release();
}

/// The run, from its beginning to its end.
asio::awaitable<void> load::control() {
    while (ready_ < workers_.size())
        co_await sleep_until(time_point::max());
    if (connected_ > 0 && !stopped_) begin();
    auto next_tick = times_.start;
    while (finished_ < workers_.size() || unanswered_ > 0) {
        co_await sleep_until(next_tick);
        if (clock::now() < next_tick) continue;
        on_tick(next_tick);
        const bool warms_up = next_tick < times_.measured_from;
        next_tick += tick;
        if (warms_up) next_tick = std::min(next_tick, times_.measured_from);
    }
}

asio::awaitable<void> load::sleep_until(time_point at) {
    changed_.expires_at(at);
    co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
}

void load::begin() {
    times_.start = clock::now();
    times_.measured_from = times_.start + plan_.what.warmup;
    if (!plan_.what.frames) times_.end = times_.measured_from + plan_.what.duration;
    for (auto& w : workers_)
        w->start(times_);
}

void load::stop() {
    stopped_ = true;
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
    second_.latency.merge(counts.latency);
    second_.interrupted.add(counts.interrupted);
    send_lag_.merge(counts.send_lag);
    second_.restored += counts.restored;
}

void load::end_second(double t_s) {
    const auto& latency = second_.latency;
    result_.series.push_back(
        {t_s, latency.count(), to_us(latency.percentile(50)), to_us(latency.percentile(99)),
         second_.interrupted.total_disconnects(), second_.interrupted.outage_s});
    const bool silent = latency.count() == 0 && second_.restored == 0;
    silent_seconds_ = silent ? silent_seconds_ + 1 : 0;
    result_.latency.merge(latency);
    second_ = {};
    // Without a planned end, nothing else would end the run of a server that has gone silent.
    if (plan_.what.frames && silent_seconds_ == most_silent_seconds && !stopped_) {
        result_.ended_by_silence = true;
        stop();
    }
}

void load::show(time_point at) {
    progress now;
    now.elapsed_s = net::to_seconds(at - times_.start);
    now.at = at < times_.measured_from ? phase::warming_up : phase::measuring;
    now.total_frames = plan_.what.frames;
    now.frames = result_.frames;
    now.heartbeats = result_.heartbeats;
    now.failed_connections = result_.failed_connections();
    if (times_.end != time_point::max()) now.total_s = net::to_seconds(times_.end - times_.start);
    if (!result_.series.empty()) now.last = result_.series.back();
    on_progress_(now);
}

void load::describe() {
    const auto& what = plan_.what;
    result_.address = net::to_string(what.targets.front());
    result_.mode = what.mode;
    result_.connections = what.connections;
    result_.pipeline = what.pipeline;
    result_.frame_size = what.frame_size;
    result_.framing = what.framing;
    result_.rate = what.rate;
    if (what.rate) {
        result_.send_lag = {to_us(send_lag_.percentile(50)), to_us(send_lag_.percentile(99)),
                            to_us(send_lag_.max())};
    }
    result_.threads = static_cast<unsigned>(workers_.size());
    result_.warmup_s = net::to_seconds(what.warmup);
    const auto end = std::min(times_.end, finished_at_);
    if (times_.measured_from < end) {
        result_.duration_s = net::to_seconds(end - times_.measured_from);
    }
}

void load::throw_no_connection() const {
    std::string why;
    for (const auto& kind : result_.failures)
        if (why.empty()) why = kind.first;
    const auto target = cli::escaped(net::to_string(plan_.what.targets.front()));
    throw std::runtime_error("cannot connect to " + target + ": " + why);
}

}  // namespace

result run_load(const options& what, const std::function<void(const progress&)>& on_progress) {
    return load(what, on_progress).run();
}

}  // namespace pulsar::bench
