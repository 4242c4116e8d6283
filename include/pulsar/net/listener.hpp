#pragma once

#include "pulsar/net/control_strand.hpp"
#include "pulsar/net/endpoint.hpp"
#include "pulsar/net/handler_memory.hpp"
#include "pulsar/net/listener_record.hpp"
#include "pulsar/net/listening_socket.hpp"
#include "pulsar/net/task.hpp"
#include "pulsar/net/unique_socket.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace pulsar::net {

/// Accepts the connections of one listening socket. Lives on the control strand.
class listener {
  public:
    /// Why a client is not let in.
    enum class refusal : std::uint8_t { max_connections, out_of_memory };

    /// Who takes the connections. Called on the control strand.
    class observer {
      public:
        /// Whether to accept at all; else clients wait in the queue, until retry().
        virtual bool is_ready() const noexcept { return true; }
        virtual bool has_room() const noexcept = 0;
        /// Throws std::bad_alloc.
        virtual void on_accepted(listener_record& by, unique_socket socket, std::string peer) = 0;
        virtual void on_refused(refusal why) noexcept = 0;  ///< accepted and reset
        /// The socket cannot be accepted from any more: `error` is an errno.
        virtual void on_broken(const listener& which, int error) = 0;

      protected:
        ~observer() = default;
    };

    /// `options` are those that `socket` listens by, and outlive it.
    listener(listening_socket socket, const listener_options& options, observer& who);

    const std::string& name() const noexcept { return record_.name; }
    const listener_record& record() const noexcept { return record_; }

    /// Accepts until drain(). Short of descriptors or memory it backs off, for 100 ms up to 1 s.
    /// Throws std::bad_alloc; what it does later needs no memory.
    void start();

    /// A connection is gone: ends a back-off, since there may be a descriptor now.
    void retry();

    /// Accepts what waits in the queue, and listens no more. What comes meanwhile is reset. The
    /// queue of a handed socket is left to who gets it next.
    void drain();

  private:
    enum class outcome : std::uint8_t { queue_empty, more, failing, broken };
    task run();
    outcome accept_some(int at_most);
    void set_missed_options(const unique_socket& socket) const noexcept;
    void hand_over(unique_socket socket, const endpoint& peer) noexcept;

    roomy_handler_memory memory_;  // operations of what follows live in it
    listening_socket socket_;
    listener_record record_;
    const listener_options& options_;
    observer& observer_;
    control_timer back_off_;
    int broken_ = 0;  // errno
    bool open_ = true;
    bool has_older_connections_;  // than the options of the socket, which these did not inherit
};

/// As in the log.
constexpr std::string_view name(listener::refusal why) noexcept {
    return why == listener::refusal::max_connections ? "max_connections" : "out_of_memory";
}

}  // namespace pulsar::net
