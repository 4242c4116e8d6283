#include "pulsar/server/server.hpp"

#include "pulsar/log/blocked_signals.hpp"
#include "pulsar/log/log.hpp"
#include "pulsar/net/reset_socket.hpp"
#include "pulsar/net/serve.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <cassert>
#include <exception>
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
      loops_(make_loops(options_.threads)),
      control_(asio::make_strand(loops_.front()->executor())),
      registry_(control_, loops_.size(), [this] { on_removed(); }),
      reporter_(
          control_, registry_, [this] { return totals(); }, options_.report_interval),
      drain_timer_(control_) {}

server::~server() = default;

void server::listen() {
    net::listener::owner& self = *this;
    for (const auto& address : options_.listen) {
        for (auto& socket : net::listen_on(control_, address, options_.listener)) {
            listeners_.push_back(std::make_unique<net::listener>(std::move(socket), self));
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
        log_started();
        asio::post(control_, [this] { start(); });
        const std::stop_callback on_stop(stop, [this] { drain("stop"); });
        loops_.front()->run();
    }
    log_stopped(started_at);
    return !listener_broke_;
}

std::vector<std::jthread> server::start_threads() {
    const log::blocked_signals while_they_start;  // the thread of run() is there to handle them
    std::vector<std::jthread> threads;
    try {
        for (std::size_t i = 1; i < loops_.size(); ++i)
            threads.emplace_back([&loop = *loops_[i]] { loop.run(); });
    } catch (const std::system_error& error) {
        for (auto& loop : loops_)
            loop->abandon();  // or the others would be waited for in vain
        throw std::system_error(error.code(),
                                "cannot start " + std::to_string(loops_.size()) + " threads");
    }
    return threads;
}

void server::start() {
    for (auto& listener : listeners_)
        listener->start();
    reporter_.start();
}

void server::on_broken(const net::listener& which, const std::error_code& error) {
    log::write(component::listener, level::error, "broken",
               {{"address", which.name()}, {"error", error.message()}});
    listener_broke_ = true;
    begin_drain("none");
}

void server::on_accepted(net::accepted socket, std::string peer) {
    assert(control_.running_in_this_thread());
    auto& record = registry_.add(std::move(peer));
    auto& loop = *loops_[record.loop];
    try {
        asio::dispatch(loop.executor(), [this, &loop, socket, &record] {
            net::serve(loop, socket, options_.connection, record, registry_);
        });
    } catch (const std::bad_alloc&) {
        net::reset_socket(socket.descriptor);
        record.reason = net::close_reason::out_of_memory;
        registry_.on_closed(record);
    }
}

void server::report() {
    asio::dispatch(control_, [this] { reporter_.report_now(); });
}

void server::drain(std::string_view cause) {
    asio::dispatch(control_, [this, cause] { begin_drain(cause); });
}

void server::begin_drain(std::string_view cause) {
    if (phase_ != phase::serving) return;
    phase_ = phase::draining;
    for (auto& listener : listeners_)
        listener->drain();
    registry_.begin_drain();
    reporter_.stop();
    log::write(component::server, level::info, "draining",
               {{"signal", cause},
                {"connections", registry_.size()},
                {"timeout_s", std::chrono::duration<double>(options_.drain_timeout).count()}});
    for (auto& loop : loops_)
        loop->drain();
    drain_timer_.expires_after(options_.drain_timeout);
    drain_timer_.async_wait(net::in_memory(drain_memory_, [this](boost::system::error_code error) {
        if (!error) cut_off();
    }));
    if (registry_.size() == 0) finish();
}

void server::cut_off() {
    if (phase_ != phase::draining) return;
    log::write(component::server, level::warn, "drain timeout",
               {{"connections", registry_.size()}});
    for (auto& loop : loops_)
        loop->cut_off();
}

void server::on_removed() {
    for (auto& listener : listeners_)
        listener->retry();
    if (phase_ == phase::draining && registry_.size() == 0) finish();
}

void server::finish() {
    phase_ = phase::done;
    drain_timer_.cancel();
    ended_();
    for (auto& loop : loops_)
        loop->release();
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
    for (const auto& address : addresses()) {
        log::write(component::server, level::info, "listening", {{"address", address}});
    }
    log::write(component::server, level::info, "started",
               {{"version", PULSAR_VERSION},
                {"pid", ::getpid()},
                {"threads", options_.threads},
                {"max_connections", options_.max_connections},
                {"max_frame_size", options_.connection.max_frame_size}});
}

void server::log_stopped(net::time_point started_at) const {
    const auto sum = totals();
    const auto& drain = registry_.drain();
    log::flush_limited();
    log::write(component::server, level::info, "stopped",
               {{"connections", registry_.opened()},
                {"frames", sum.frames},
                {"bytes_in", sum.bytes_in},
                {"bytes_out", sum.bytes_out},
                {"drained", drain.drained},
                {"cut_off", drain.cut_off},
                {"dropped_partial", drain.dropped_partial},
                {"uptime_s", net::to_seconds(net::clock::now() - started_at)}});
}

}  // namespace pulsar::server
