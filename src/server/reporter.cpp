#include "pulsar/server/reporter.hpp"

#include "pulsar/log/log.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace pulsar::server {

namespace asio = boost::asio;
using net::clock;
using net::to_seconds;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// Lines written before the strand's loop turns to its connections: some 50 microseconds of work.
constexpr std::size_t lines_per_piece = 32;

void log_active(const net::connection_record& record, net::time_point now) {
    const auto last_read_at = record.last_read_at.load(std::memory_order_relaxed);
    log::write(log::component::registry, log::level::info, "active",
               {{"conn", record.id},
                {"peer", record.peer},
                {"age_s", to_seconds(now - record.opened_at)},
                {"idle_s", std::max(0.0, to_seconds(now - last_read_at))},
                {"frames", record.traffic.frames.get()},
                {"bytes_in", record.traffic.bytes_in.get()},
                {"bytes_out", record.traffic.bytes_out.get()}});
}

}  // namespace

reporter::reporter(const net::control_strand& control, registry& source,
                   std::function<traffic_totals()> totals, std::chrono::milliseconds interval)
    : registry_(source), totals_(std::move(totals)), interval_(interval), timer_(control) {}

asio::awaitable<void> reporter::run() {
    auto next = clock::now() + interval_;
    while (!stopped_) {
        if (!asked_) {
            timer_.expires_at(interval_.count() > 0 ? next : net::time_point::max());
            const auto waited = co_await timer_.async_wait(as_result);
            static_cast<void>(waited);
        }
        const auto now = clock::now();
        const bool due = interval_.count() > 0 && now >= next;
        if (due) next = std::max(next + interval_, now);
        if (stopped_ || !(asked_ || due)) continue;
        asked_ = false;
        co_await report();
    }
}

void reporter::report_now() {
    asked_ = true;
    timer_.cancel();
}

void reporter::stop() {
    stopped_ = true;
    timer_.cancel();
}

asio::awaitable<void> reporter::report() {
    if (!log::enabled(log::component::registry, log::level::info)) co_return;
    const auto totals = totals_();
    log::write(log::component::registry, log::level::info, "report",
               {{"connections", registry_.size()},
                {"opened", registry_.opened()},
                {"closed", registry_.closed()},
                {"refused", totals.refused},
                {"frames", totals.frames},
                {"bytes_in", totals.bytes_in},
                {"bytes_out", totals.bytes_out},
                {"heartbeats", totals.heartbeats}});
    registry_.rewind();
    for (bool more = true; more && !stopped_;) {
        const auto now = clock::now();
        more = registry_.visit(lines_per_piece,
                               [now](const auto& record) { log_active(record, now); });
        if (more) co_await asio::post(timer_.get_executor(), asio::use_awaitable);
    }
}

}  // namespace pulsar::server
