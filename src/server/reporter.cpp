#include "pulsar/server/reporter.hpp"

#include "pulsar/log/log.hpp"
#include "pulsar/net/wait.hpp"
#include "pulsar/server/active.hpp"

#include <utility>

namespace pulsar::server {

using net::clock;
using net::to_seconds;

namespace {

void log_active(const net::connection_record& record, net::time_point now) {
    describe_active(record, now, [](std::initializer_list<log::field> fields) {
        log::write(log::component::registry, log::level::info, "active", fields);
    });
}

}  // namespace

reporter::reporter(const net::control_strand& control, registry& source,
                   std::function<traffic_totals()> totals, std::function<void()> on_due,
                   std::chrono::milliseconds interval)
    : registry_(source),
      totals_(std::move(totals)),
      on_due_(std::move(on_due)),
      interval_(interval),
      timer_(control) {}

void reporter::start() {
    run();
}

net::task reporter::run() {
    auto next = clock::now() + interval_;
    while (!stopped_) {
        if (!asked_) {
            timer_.expires_at(interval_.count() > 0 ? next : net::time_point::max());
            const auto waited = co_await net::wait_for(timer_, memory_);
            static_cast<void>(waited);
        }
        const auto now = clock::now();
        const bool due = interval_.count() > 0 && now >= next;
        if (due) next = std::max(next + interval_, now);
        if (stopped_ || !(asked_ || due)) continue;
        asked_ = false;
        on_due_();
        if (!log::enabled(log::component::registry, log::level::info)) continue;
        log_totals();
        registry::walk walk(registry_);
        while (log_some(walk) && !stopped_) {
            timer_.expires_after({});
            const auto turned = co_await net::wait_for(timer_, memory_);
            static_cast<void>(turned);
        }
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

bool reporter::log_some(registry::walk& walk) {
    const auto now = clock::now();
    return walk.visit(lines_per_piece, [now](const auto& record) { log_active(record, now); });
}

void reporter::log_totals() const {
    const auto totals = totals_();
    log::write(log::component::registry, log::level::info, "report",
               {{"connections", registry_.size()},
                {"opened", registry_.opened()},
                {"closed", registry_.closed()},
                {"refused", totals.refused.total()},
                {"frames", totals.frames},
                {"bytes_in", totals.bytes_in},
                {"bytes_out", totals.bytes_out},
                {"heartbeats", totals.heartbeats}});
}

}  // namespace pulsar::server
