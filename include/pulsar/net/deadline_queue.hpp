#pragma once

#include "pulsar/net/clock.hpp"

#include <boost/intrusive/set.hpp>

#include <optional>

namespace pulsar::net {

/// The deadlines of one event loop, earliest first. Each connection has at most one entry, for the
/// first of all the things that it has to do later: send a heartbeat, give up on a frame, and so
/// on.
///
/// An entry is a lower bound. Traffic moves a connection's deadlines back all the time, and the
/// queue is not told: when an entry comes up, its owner looks at what is due by now, and schedules
/// itself anew if that is nothing. So a frame costs nothing here, and a silent connection O(log n)
/// per interval.
///
/// Has no clock of its own and is not thread-safe: it belongs to its loop's thread.
class deadline_queue {
    using hook =
        boost::intrusive::set_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

  public:
    /// Leaves the queue when it is destroyed.
    class entry : public hook {
      public:
        virtual ~entry() = default;
        virtual void on_deadline(time_point now) = 0;  ///< it came up, and is out of the queue

        bool scheduled() const noexcept { return is_linked(); }
        time_point at() const noexcept { return at_; }  ///< meaningful while scheduled

      private:
        friend class deadline_queue;
        time_point at_{};
    };

    /// Enters `e` into the queue, or moves it.
    void schedule(entry& e, time_point at) noexcept {
        if (e.is_linked()) e.unlink();
        e.at_ = at;
        entries_.insert(e);
    }

    /// When the earliest entry is due; nothing if the queue is empty.
    std::optional<time_point> next() const noexcept {
        if (entries_.empty()) return std::nullopt;
        return entries_.begin()->at();
    }

    /// Takes out the earliest entry that is due, in the order of `at`; null if none is.
    entry* pop_due(time_point now) noexcept {
        if (entries_.empty() || entries_.begin()->at() > now) return nullptr;
        entry& first = *entries_.begin();
        entries_.erase(entries_.begin());
        return &first;
    }

  private:
    struct earlier {
        bool operator()(const entry& a, const entry& b) const noexcept { return a.at_ < b.at_; }
    };

    boost::intrusive::multiset<entry, boost::intrusive::compare<earlier>,
                               boost::intrusive::constant_time_size<false>>
        entries_;
};

}  // namespace pulsar::net
