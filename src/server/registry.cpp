#include "pulsar/server/registry.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace pulsar::server {

registry::registry(const net::control_strand& control, std::size_t loops,
                   std::function<void()> on_removed)
    : on_removed_(std::move(on_removed)),
      per_loop_(loops),
      removal_(control, [this] { remove_closed(); }) {}

registry::~registry() {
    records_.clear_and_dispose([](net::connection_record* record) { delete record; });
}

net::connection_record& registry::add(net::listener_record& by, std::string peer) {
    auto loop = next_loop_;
    for (std::size_t i = 0; i < per_loop_.size(); ++i) {
        const auto candidate = (next_loop_ + i) % per_loop_.size();
        if (per_loop_[candidate] < per_loop_[loop]) loop = candidate;
    }
    auto record = std::make_unique<net::connection_record>(opened_ + 1, by, std::move(peer), loop,
                                                           net::clock::now());
    record->take_place(places_taken_);
    ++by.opened;
    ++by.open;
    records_.push_back(*record);
    ++opened_;
    ++size_;
    ++per_loop_[loop];
    next_loop_ = (loop + 1) % per_loop_.size();
    return *record.release();
}

void registry::on_closed(net::connection_record& record) noexcept {
    record.next_closed = closed_;
    while (!closed_.compare_exchange_weak(record.next_closed, &record)) {
    }
    removal_.ask();
}

void registry::remove_closed() {
    const auto now = net::clock::now();
    auto* record = closed_.exchange(nullptr);
    while (record != nullptr)
        remove(*std::exchange(record, record->next_closed), now);
    on_removed_();
}

void registry::remove(net::connection_record& record, net::time_point now) noexcept {
    if (counts_ends_) {
        if (record.reason == net::close_reason::drain_timeout) {
            ++ends_.cut_off;
        } else if (record.in_order) {
            ++ends_.drained;
        }
        if (record.dropped_partial) ++ends_.dropped_partial;
    }
    const auto seconds = net::to_seconds(now - record.opened_at);
    const auto bound = std::ranges::lower_bound(lifetimes::bounds, seconds);
    ++lives_.by_duration[static_cast<std::size_t>(bound - lifetimes::bounds.begin())];
    ++lives_.by_reason[static_cast<std::size_t>(record.reason)];
    lives_.seconds += seconds;
    const auto at = records_.iterator_to(record);
    for (auto& one : walks_)
        if (one.next_ == at) ++one.next_;
    --per_loop_[record.loop];
    --record.listener->open;
    --size_;
    records_.erase_and_dispose(at, [](net::connection_record* gone) { delete gone; });
}

registry::walk::walk(registry& over) noexcept
    : next_(over.records_.begin()), end_(over.records_.end()), last_id_(over.opened_) {
    over.walks_.push_back(*this);
}

}  // namespace pulsar::server
