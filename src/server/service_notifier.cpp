#include "pulsar/server/service_notifier.hpp"

#include "pulsar/net/wait.hpp"

#include <algorithm>
#include <cstdio>

namespace pulsar::server {

using namespace std::chrono_literals;
using net::clock;

namespace {

// From the end of the drain to that of the process: a log that takes its time has five seconds.
constexpr auto exit_margin = 10s;

constexpr clock::duration shortest_keep_alive_interval = 10ms;
constexpr clock::duration longest_retry_interval = 100ms;
constexpr int retries_per_keep_alive = 8;

/// Half of the time after which the manager gives the process up.
clock::duration keep_alive_interval(const system::service_manager& manager) {
    if (!manager.watchdog()) return clock::duration::max();
    return std::max<clock::duration>(*manager.watchdog() / 2, shortest_keep_alive_interval);
}

}  // namespace

service_notifier::service_notifier(server& target, const system::service_manager& manager)
    : server_(target),
      manager_(manager),
      keep_alive_interval_(keep_alive_interval(manager)),
      retry_interval_(
          std::min(keep_alive_interval_ / retries_per_keep_alive, longest_retry_interval)),
      timer_(target.control()) {
    target.observe(*this);
}

void service_notifier::on_started() {
    reported_at_ = clock::now();
    if (manager_.watchdog()) next_keep_alive_ = reported_at_ + keep_alive_interval_;
    run();
    send(pending_.ready);
}

void service_notifier::on_report() {
    const auto frames = server_.totals().frames;
    const auto now = clock::now();
    const auto seconds = net::to_seconds(now - reported_at_);
    const auto rate = seconds > 0 ? static_cast<double>(frames - frames_) / seconds : 0.0;
    frames_ = frames;
    reported_at_ = now;
    std::snprintf(status_.data(), status_.size(), "STATUS=Connections: %zu, frames/s: %.0f",
                  server_.connections().size(), rate);
    send(pending_.status);
}

void service_notifier::on_stopping() {
    send(pending_.stopping);
}

void service_notifier::on_ended() {
    ended_ = true;
    timer_.cancel();
}

net::task service_notifier::run() {
    while (!ended_) {
        const auto retry_at = clock::now() + retry_interval_;
        timer_.expires_at(pending_.any() ? std::min(retry_at, next_keep_alive_) : next_keep_alive_);
        const auto waited = co_await net::wait_for(timer_, memory_);
        static_cast<void>(waited);
        if (ended_) break;
        const auto now = clock::now();
        if (now >= next_keep_alive_) {
            next_keep_alive_ = now + keep_alive_interval_;
            if (!pending_.keep_alive) server_.request_answers();
            pending_.keep_alive = true;
        }
        send_pending();
    }
}

void service_notifier::send(bool& what) {
    what = true;
    send_pending();
    if (pending_.any()) timer_.cancel();  // for run() to try again
}

void service_notifier::send_pending() noexcept {
    const std::chrono::microseconds longest_stop = server_.longest_stop() + exit_margin;
    std::array<char, 80> stopping{};
    std::snprintf(stopping.data(), stopping.size(), "STOPPING=1\nEXTEND_TIMEOUT_USEC=%lld",
                  static_cast<long long>(longest_stop.count()));
    const auto is_sent = [this](bool& pending, const char* message) {
        if (pending) pending = !manager_.tell(message);
        return !pending;
    };
    // In this order: none overtakes another that there was no room for.
    const bool others_are = is_sent(pending_.ready, "READY=1") &&
                            is_sent(pending_.status, status_.data()) &&
                            is_sent(pending_.stopping, stopping.data());
    if (others_are && server_.have_answered()) is_sent(pending_.keep_alive, "WATCHDOG=1");
}

}  // namespace pulsar::server
