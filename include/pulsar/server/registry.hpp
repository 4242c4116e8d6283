#pragma once

#include "pulsar/net/connection_record.hpp"
#include "pulsar/net/handler_memory.hpp"
#include "pulsar/net/listening_socket.hpp"

#include <boost/intrusive/list.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace pulsar::server {

/// The connections that are open now, and the sum of those that were. Lives on the control strand,
/// all but on_closed(), by which the loops tell it of an end.
class registry final : public net::connection_owner {
  public:
    /// How connections that ended during the drain did so.
    struct drain_totals {
        std::uint64_t drained = 0;          ///< in order
        std::uint64_t cut_off = 0;          ///< by the drain's timeout
        std::uint64_t dropped_partial = 0;  ///< with an unfinished frame
    };

    /// `on_removed` is called on the strand after connections were removed.
    registry(net::control_strand control, std::size_t loops, std::function<void()> on_removed);
    ~registry();

    /// A new record, for a connection on the loop that has the fewest. It stays where it is until
    /// its connection is closed. Throws std::bad_alloc.
    net::connection_record& add(std::string peer);

    /// Any thread. The record is removed soon after, on the strand.
    void on_closed(net::connection_record& record) noexcept override;

    void begin_drain() noexcept { draining_ = true; }

    std::size_t size() const noexcept { return size_; }
    std::uint64_t opened() const noexcept { return opened_; }
    std::uint64_t closed() const noexcept { return opened_ - size_; }
    const drain_totals& drain() const noexcept { return drain_; }

    /// Begins a walk over the connections that are open now, in the order of their ids.
    void rewind() noexcept;

    /// Visits the next `n` of them; those that have closed since are left out. False at the end.
    template <typename Visitor>
    bool visit(std::size_t n, Visitor&& visitor) {
        for (; n > 0 && !at_end(); --n)
            visitor(*cursor_++);
        return !at_end();
    }

  private:
    using record_list =
        boost::intrusive::list<net::connection_record, boost::intrusive::constant_time_size<false>>;

    void post_removal();
    void remove_closed();
    void remove(net::connection_record& record) noexcept;
    bool at_end() const noexcept { return cursor_ == records_.end() || cursor_->id > last_id_; }

    net::control_strand control_;
    std::function<void()> on_removed_;
    record_list records_;
    record_list::iterator cursor_ = records_.end();  // of the walk
    std::uint64_t last_id_ = 0;                      // where it ends
    std::vector<std::size_t> per_loop_;              // how many connections each loop has
    std::size_t next_loop_ = 0;                      // among equals, the loops take turns
    std::size_t size_ = 0;
    std::uint64_t opened_ = 0;
    drain_totals drain_;
    bool draining_ = false;

    std::mutex mutex_;  // guards what is below
    net::roomy_handler_memory on_loop_memory_;
    net::roomy_handler_memory in_strand_memory_;
    net::connection_record* closed_ = nullptr;
    bool removal_posted_ = false;
};

}  // namespace pulsar::server
