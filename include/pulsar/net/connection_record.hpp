#pragma once

#include "pulsar/net/clock.hpp"
#include "pulsar/net/close_reason.hpp"
#include "pulsar/net/counters.hpp"
#include "pulsar/net/listener_record.hpp"
#include "pulsar/net/tcp_path.hpp"

#include <boost/intrusive/list_hook.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace pulsar::net {

/// What is known of a connection outside its loop. The registry owns it, until it has been told
/// that the connection is closed; the connection's loop writes it; the control strand reads at any
/// time what is atomic or never changes, and the rest once the connection is closed.
struct connection_record : boost::intrusive::list_base_hook<> {
    /// `by`, where it was accepted, outlives it.
    connection_record(std::uint64_t number, listener_record& by, std::string who, std::size_t where,
                      time_point now)
        : id(number),
          opened_at(now),
          last_read_at(now),
          listener(&by),
          loop(static_cast<std::uint32_t>(where)),
          real_peer_(std::move(who)) {}
    ~connection_record() {
        release_place();
        delete client_.load();
    }

    /// Whose connection it is: that of real_peer(), or by a PROXY header of somebody behind it,
    /// once the header is read. Any thread; the text stays where it is.
    const std::string& peer() const noexcept {
        const auto* client = client_.load();
        return client == nullptr ? real_peer_ : *client;
    }
    const std::string& real_peer() const noexcept { return real_peer_; }  ///< who has connected

    /// Its loop's thread, once.
    void set_client(std::unique_ptr<const std::string> who) noexcept { client_ = who.release(); }

    /// Counts the connection in `taken`, until release_place() or its end.
    void take_place(std::atomic<std::size_t>& taken) noexcept {
        ++taken;
        taken_ = &taken;
    }
    /// Before the client can see the end of a connection that it has ended: its next one must find
    /// the place free, and the registry is told later.
    void release_place() noexcept {
        if (auto* taken = std::exchange(taken_, nullptr)) --*taken;
    }

    /// Why it ended. `what`, an io_error's text, is copied: without memory for that it is an
    /// out_of_memory.
    void end(close_reason why, std::string_view what = {}) noexcept {
        reason = why;
        try {
            if (!what.empty()) error = std::make_unique<const std::string>(what);
        } catch (const std::bad_alloc&) {
            reason = close_reason::out_of_memory;
        }
    }

    const std::uint64_t id;  ///< `conn` in the log: 1, 2, ... in the order of accepting
    const time_point opened_at;
    std::atomic<time_point> last_read_at;
    net::traffic traffic;
    listener_record* const listener;  ///< never null; what it points to is the control strand's
    const std::uint32_t loop;         ///< index of the event loop that serves it
    close_reason reason = close_reason::peer_closed;
    bool dropped_partial = false;              ///< an unfinished frame was dropped
    bool in_order = false;                     ///< closed, not reset
    bool opened = false;                       ///< the event was logged: no header is waited for
    std::optional<tcp_path> path;              ///< before the close, for the log
    std::unique_ptr<const std::string> error;  ///< what close_reason::io_error met
    connection_record* next_closed = nullptr;  ///< for the observer's list of those to remove

  private:
    std::atomic<std::size_t>* taken_ = nullptr;
    const std::string real_peer_;
    std::atomic<const std::string*> client_ = nullptr;  // owned
};

/// Who is told of a connection's end.
class connection_observer {
  public:
    /// The connection is closed and does not touch its record any more. Called on its loop.
    virtual void on_closed(connection_record& record) noexcept = 0;

  protected:
    ~connection_observer() = default;
};

}  // namespace pulsar::net
