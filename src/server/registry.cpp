#include "pulsar/server/registry.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <cassert>
#include <utility>

namespace pulsar::server {

namespace asio = boost::asio;

registry::registry(net::control_strand control, std::size_t loops, std::function<void()> on_removed)
    : control_(std::move(control)), on_removed_(std::move(on_removed)), per_loop_(loops) {}

registry::~registry() {
    records_.clear_and_dispose([](net::connection_record* record) { delete record; });
}

net::connection_record& registry::add(std::string peer) {
    auto loop = next_loop_;
    for (std::size_t i = 0; i < per_loop_.size(); ++i) {
        const auto candidate = (next_loop_ + i) % per_loop_.size();
        if (per_loop_[candidate] < per_loop_[loop]) loop = candidate;
    }
    auto record = std::make_unique<net::connection_record>(opened_ + 1, std::move(peer), loop,
                                                           net::clock::now());
    records_.push_back(*record);
    ++opened_;
    ++size_;
    ++per_loop_[loop];
    next_loop_ = (loop + 1) % per_loop_.size();
    return *record.release();
}

void registry::on_closed(net::connection_record& record) noexcept {
    const std::lock_guard lock(mutex_);
    record.next_closed = std::exchange(closed_, &record);
    if (!std::exchange(removal_posted_, true)) post_removal();
}

/// Allocates nothing. To post into the strand takes two operations, and if there is no memory for
/// the second the strand stays locked: so first to its loop, and into the strand from there.
void registry::post_removal() {
    const auto on_loop = [this] {
        asio::dispatch(control_, net::in_memory(in_strand_memory_, [this] { remove_closed(); }));
    };
    asio::post(control_.get_inner_executor(), net::in_memory(on_loop_memory_, on_loop));
}

void registry::remove_closed() {
    assert(control_.running_in_this_thread());
    auto* record = [this] {
        const std::lock_guard lock(mutex_);
        removal_posted_ = false;
        return std::exchange(closed_, nullptr);
    }();
    while (record != nullptr)
        remove(*std::exchange(record, record->next_closed));
    on_removed_();
}

void registry::remove(net::connection_record& record) noexcept {
    if (draining_) {
        if (record.reason == net::close_reason::drain_timeout) {
            ++drain_.cut_off;
        } else if (!is_abort(record.reason)) {
            ++drain_.drained;
        }
        if (record.dropped_partial) ++drain_.dropped_partial;
    }
    const auto at = records_.iterator_to(record);
    if (cursor_ == at) ++cursor_;
    --per_loop_[record.loop];
    --size_;
    records_.erase_and_dispose(at, [](net::connection_record* gone) { delete gone; });
}

void registry::rewind() noexcept {
    cursor_ = records_.begin();
    last_id_ = opened_;
}

}  // namespace pulsar::server
