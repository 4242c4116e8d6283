#include "pulsar/net/turn_queue.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace pulsar::net {

/// Asio takes the memory for it from the queue.
struct turn_queue::round {
    using allocator_type = handler_allocator<void>;

    turn_queue& queue;

    allocator_type get_allocator() const noexcept { return allocator_type(queue.memory_); }
    void operator()() const { queue.serve(); }
};

void turn_queue::enter(entry& last) {
    waiting_.push_back(last);
    if (posted_) return;
    posted_ = true;
    post();
}

void turn_queue::post() {
    boost::asio::post(loop_, round{*this});
}

void turn_queue::serve() {
    for (auto n = std::min(waiting_.size(), at_a_time_); n > 0; --n) {
        auto& first = waiting_.front();
        waiting_.pop_front();
        first.coroutine.resume();
    }
    posted_ = !waiting_.empty();
    if (posted_) post();
}

}  // namespace pulsar::net
