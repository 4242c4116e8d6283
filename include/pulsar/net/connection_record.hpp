#pragma once

#include "pulsar/net/clock.hpp"
#include "pulsar/net/close_reason.hpp"
#include "pulsar/net/counters.hpp"

#include <boost/intrusive/list_hook.hpp>

#include <atomic>
#include <cstdint>
#include <string>

namespace pulsar::net {

/// What is known of a connection outside its loop. The registry owns it, until it has been told
/// that the connection is closed; the connection's loop writes it; the control strand reads the
/// atomics at any time, and `reason` and `dropped_partial` once the connection is closed.
struct connection_record : boost::intrusive::list_base_hook<> {
    connection_record(std::uint64_t id_, std::string peer_, std::size_t loop_, time_point now)
        : id(id_), peer(std::move(peer_)), loop(loop_), opened_at(now), last_read_at(now) {}

    const std::uint64_t id;  ///< `conn` in the log: 1, 2, ... in the order of accepting
    const std::string peer;
    const std::size_t loop;  ///< index of the event loop that serves it
    const time_point opened_at;
    std::atomic<time_point> last_read_at;
    net::traffic traffic;
    close_reason reason = close_reason::peer_closed;
    std::string error;                         ///< what close_reason::io_error met
    bool dropped_partial = false;              ///< an unfinished frame was dropped
    connection_record* next_closed = nullptr;  ///< for the owner's list of those to remove
};

/// Whoever owns the records.
class connection_owner {
  public:
    /// The connection is closed and does not touch its record any more. Called on its loop.
    virtual void on_closed(connection_record& record) noexcept = 0;

  protected:
    ~connection_owner() = default;
};

}  // namespace pulsar::net
