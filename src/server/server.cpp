#include "pulsar/server/server.hpp"

#include "pulsar/log/log.hpp"
#include "pulsar/net/serve.hpp"
#include "pulsar/system/blocked_signals.hpp"

#include <boost/asio/dispatch.hpp>

#include <algorithm>
#include <cassert>
#include <new>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace pulsar::server {

namespace asio = boost::asio;
using log::component;
using log::level;

namespace {

std::vector<std::unique_ptr<net::event_loop>> make_loops(unsigned n) {
    std::vector<std::unique_ptr<net::event_loop>> loops(n);
    for (auto& loop : loops)
        loop = std::make_unique<net::event_loop>();
    return loops;
}

}  // namespace

server::server(options opts)
    : options_(std::move(opts)),
      start_request_(control_, [this] { start(); }),
      drain_request_(control_, [this] { begin_to_stop(); }),
      report_request_(control_, [this] { reporter_.report_now(); }),
      registry_(control_, options_.threads, [this] { on_removed(); }),
      loops_(make_loops(options_.threads)),
      control_(asio::make_strand(loops_.front()->executor())),
      reporter_(
          control_, registry_, [this] { return totals(); }, [this] { on_report(); },
          options_.report_interval),
      drain_timer_(control_) {}

server::~server() = default;

void server::listen() {
    net::listener::observer& self = *this;
    for (const auto& address : options_.listen) {
        for (auto& socket : net::listen_on(control_, address, options_.listener)) {
            listeners_.push_back(
                std::make_unique<net::listener>(std::move(socket), options_.listener, self));
        }
    }
}

std::vector<std::string> server::addresses() const {
    std::vector<std::string> names;
    names.reserve(listeners_.size());
    for (const auto& listener : listeners_)
        names.push_back(listener->name());
    return names;
}

bool server::run(const std::stop_token& stop) {
    const auto started_at = net::clock::now();
    {
        const auto threads = start_threads();
        // From here on nothing throws, or they would be waited for in vain.
        start_request_.ask();
        const std::stop_callback on_stop(stop, [this]() noexcept { request_drain("stop"); });
        loops_.front()->run();
    }
    if (start_error_) std::rethrow_exception(start_error_);
    log_stopped(started_at);
    return !listener_broke_;
}

std::vector<std::jthread> server::start_threads() {
    const system::blocked_signals while_they_start;  // the thread of run() is there to handle them
    std::vector<std::jthread> threads;
    try {
        for (std::size_t i = 1; i < loops_.size(); ++i)
            threads.emplace_back([&loop = *loops_[i]] { loop.run(); });
    } catch (const std::system_error& error) {
        abandon();
        throw std::system_error(error.code(),
                                "cannot start " + std::to_string(loops_.size()) + " threads");
    } catch (...) {
        abandon();
        throw;
    }
    return threads;
}

/// Or those that run already would be waited for in vain.
void server::abandon() noexcept {
    for (auto& loop : loops_)
        loop->abandon();
}

void server::start() {
    if (phase_ >= phase::draining) return;
    try {
        reporter_.start();
        for (const auto& listener : listeners_) {
            log::write(component::server, level::info, "listening",
                       {{"address", listener->name()}});
        }
        for (auto& listener : listeners_)
            listener->start();
        for (auto* who : observers_)
            who->on_started();
        log_started();
    } catch (...) {
        start_error_ = std::current_exception();
        stop_at_once();
    }
}

void server::on_broken(const net::listener& which, int error) {
    log::write(component::listener, level::error, "broken",
               {{"address", which.name()}, {"error", log::describe(error)}});
    listener_broke_ = true;
    stop_at_once();
}

void server::on_refused(net::listener::refusal why) noexcept {
    const bool full = why == net::listener::refusal::max_connections;
    ++(full ? refused_.max_connections : refused_.out_of_memory);
}

void server::on_accepted(net::listener_record& by, net::unique_socket socket, std::string peer) {
    assert(control_.running_in_this_thread());
    auto& record = registry_.add(by, std::move(peer));
    auto& loop = *loops_[record.loop];
    try {
        asio::dispatch(loop.executor(), [this, &loop, &record, s = std::move(socket)]() mutable {
            net::serve(loop, std::move(s), options_.connection, record, registry_);
        });
    } catch (const std::bad_alloc&) {
        net::end_unserved(record, registry_);
    }
}

void server::request_drain(const char* cause) noexcept {
    const char* none = nullptr;
    if (drain_cause_.compare_exchange_strong(none, cause)) drain_request_.ask();
}

void server::begin_to_stop() {
    if (phase_ != phase::serving) return;
    announce_stop();
    if (options_.drain_delay.count() == 0) return drain(drain_cause_.load());
    phase_ = phase::delayed;
    set_drain_timer(options_.drain_delay);
    log::write(component::server, level::info, "drain delayed",
               {{"signal", drain_cause_.load()},
                {"delay_s", std::chrono::duration<double>(options_.drain_delay).count()},
                {"connections", registry_.size()}});
}

void server::stop_at_once() {
    if (phase_ == phase::delayed) drain_timer_.cancel();
    if (phase_ != phase::serving) return;
    announce_stop();
    drain("none");
}

void server::announce_stop() {
    for (auto* who : observers_)
        who->on_stopping();
}

/// One wait at a time: its operation lives in drain_memory_ until it has run. So who cuts the delay
/// short cancels that wait, and begins no other.
void server::set_drain_timer(std::chrono::milliseconds after) {
    drain_timer_.expires_after(after);
    drain_timer_.async_wait(
        net::bind_memory(drain_memory_, [this](boost::system::error_code) { on_drain_timer(); }));
}

void server::on_drain_timer() {
    if (phase_ == phase::delayed) return drain(listener_broke_ ? "none" : drain_cause_.load());
    cut_off();
}

void server::drain(std::string_view cause) {
    phase_ = phase::draining;
    set_drain_timer(options_.drain_timeout);
    for (auto& listener : listeners_)
        listener->drain();
    registry_.count_ends();
    reporter_.stop();
    log::write(component::server, level::info, "draining",
               {{"signal", cause},
                {"connections", registry_.size()},
                {"timeout_s", std::chrono::duration<double>(options_.drain_timeout).count()}});
    for (auto& loop : loops_)
        loop->request_drain();
    if (registry_.size() == 0) finish();
}

void server::cut_off() {
    if (phase_ != phase::draining) return;
    log::write(component::server, level::warn, "drain timeout",
               {{"connections", registry_.size()}});
    for (auto& loop : loops_)
        loop->request_cut_off();
}

void server::on_removed() {
    for (auto& listener : listeners_)
        listener->retry();
    if (phase_ == phase::draining && registry_.size() == 0) finish();
}

void server::finish() {
    phase_ = phase::done;
    drain_timer_.cancel();
    for (auto* who : observers_)
        who->on_ended();
    for (auto& loop : loops_)
        loop->request_end();
}

void server::on_report() {
    for (auto* who : observers_)
        who->on_report();
}

void server::request_answers() noexcept {
    for (auto& loop : loops_)
        loop->request_answer();
}

bool server::have_answered() const noexcept {
    return std::ranges::all_of(loops_, [](const auto& loop) { return loop->has_answered(); });
}

traffic_totals server::totals() const noexcept {
    traffic_totals sum;
    sum.refused = refused_;
    for (const auto& loop : loops_) {
        sum.frames += loop->traffic.frames.get();
        sum.bytes_in += loop->traffic.bytes_in.get();
        sum.bytes_out += loop->traffic.bytes_out.get();
        sum.heartbeats += loop->traffic.heartbeats.get();
    }
    return sum;
}

void server::log_started() const {
    log::write(component::server, level::info, "started",
               {{"version", PULSAR_VERSION},
                {"pid", ::getpid()},
                {"threads", options_.threads},
                {"max_connections", options_.max_connections},
                {"max_frame_size", options_.connection.max_frame_size}});
}

void server::log_stopped(net::time_point started_at) const {
    const auto sum = totals();
    const auto& ends = registry_.ends();
    log::flush_limited();
    log::write(component::server, level::info, "stopped",
               {{"connections", registry_.opened()},
                {"frames", sum.frames},
                {"bytes_in", sum.bytes_in},
                {"bytes_out", sum.bytes_out},
                {"drained", ends.drained},
                {"cut_off", ends.cut_off},
                {"dropped_partial", ends.dropped_partial},
                {"uptime_s", net::to_seconds(net::clock::now() - started_at)}});
}

}  // namespace pulsar::server
