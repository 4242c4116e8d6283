#pragma once

#include "pulsar/net/connection_record.hpp"
#include "pulsar/net/control_strand.hpp"
#include "pulsar/server/control_request.hpp"

#include <boost/intrusive/list.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace pulsar::server {

/// The connections that are open now, and the sum of those that were. Lives on the control strand,
/// all but on_closed(), by which the loops tell it of an end.
class registry final : public net::connection_observer {
    using record_list =
        boost::intrusive::list<net::connection_record, boost::intrusive::constant_time_size<false>>;

  public:
    /// How connections that ended during the drain did so.
    struct end_totals {
        std::uint64_t drained = 0;          ///< in order
        std::uint64_t cut_off = 0;          ///< by the drain's timeout
        std::uint64_t dropped_partial = 0;  ///< with an unfinished frame
    };

    /// How all connections that ended did so, and how long they had lasted.
    struct lifetimes {
        /// Upper bounds, in seconds, of a histogram.
        static constexpr std::array<double, 9> bounds{0.001, 0.01, 0.1,   1,     10,
                                                      60,    600,  3'600, 86'400};

        std::array<std::uint64_t, net::close_reason_count> by_reason{};
        std::array<std::uint64_t, bounds.size() + 1> by_duration{};  ///< the last: no bound
        double seconds = 0;                                          ///< of all
    };

    /// `on_removed` is called on the strand after connections were removed. Must not go before the
    /// strand's context.
    registry(const net::control_strand& control, std::size_t loops,
             std::function<void()> on_removed);
    ~registry();

    /// A new record, for a connection on the loop that has the fewest, from `by`, which outlives
    /// it. It stays where it is until its connection is closed. Throws std::bad_alloc.
    net::connection_record& add(net::listener_record& by, std::string peer);

    /// Any thread. The record is removed soon after, on the strand.
    void on_closed(net::connection_record& record) noexcept override;

    void count_ends() noexcept { counts_ends_ = true; }  ///< from now on: the drain has begun

    std::size_t size() const noexcept { return size_; }

    /// Of `--max-connections`. Any loop gives one back, before the record is removed.
    std::size_t places_taken() const noexcept { return places_taken_; }
    std::uint64_t opened() const noexcept { return opened_; }
    std::uint64_t closed() const noexcept { return opened_ - size_; }
    const end_totals& ends() const noexcept { return ends_; }
    const lifetimes& lives() const noexcept { return lives_; }

    /// A walk, in pieces, over the connections that are open at its beginning, in the order of
    /// their ids. Takes no memory. Must not outlive the registry.
    class walk : public boost::intrusive::list_base_hook<
                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
      public:
        explicit walk(registry& over) noexcept;

        /// Visits the next `n` of them; those that have closed since are left out. False at the
        /// end.
        template <typename Visitor>
        bool visit(std::size_t n, Visitor&& visitor) {
            for (; n > 0 && !at_end(); --n)
                visitor(*next_++);
            return !at_end();
        }

      private:
        friend class registry;
        bool at_end() const noexcept { return next_ == end_ || next_->id > last_id_; }

        record_list::iterator next_;
        const record_list::iterator end_;
        const std::uint64_t last_id_;
    };

  private:
    void remove_closed();
    void remove(net::connection_record& record, net::time_point now) noexcept;

    std::function<void()> on_removed_;
    record_list records_;
    boost::intrusive::list<walk, boost::intrusive::constant_time_size<false>> walks_;
    std::vector<std::size_t> per_loop_;  // how many connections each loop has
    std::size_t next_loop_ = 0;          // among equals, the loops take turns
    std::size_t size_ = 0;
    std::uint64_t opened_ = 0;
    end_totals ends_;
    lifetimes lives_;
    bool counts_ends_ = false;
    std::atomic<std::size_t> places_taken_ = 0;
    std::atomic<net::connection_record*> closed_ = nullptr;  // a list, by next_closed
    control_request removal_;
};

}  // namespace pulsar::server
