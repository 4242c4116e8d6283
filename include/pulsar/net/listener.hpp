#pragma once

#include "pulsar/net/connection.hpp"
#include "pulsar/net/control_strand.hpp"
#include "pulsar/net/handler_memory.hpp"
#include "pulsar/net/listening_socket.hpp"
#include "pulsar/net/task.hpp"

#include <cstddef>
#include <string>
#include <system_error>

namespace pulsar::net {

/// Accepts the connections of one listening socket. Lives on the control strand.
class listener {
  public:
    /// Who takes the connections. Called on the control strand.
    class owner {
      public:
        virtual bool has_room() const noexcept = 0;
        /// Takes the socket over. Throws std::bad_alloc, and then has not.
        virtual void on_accepted(accepted socket, std::string peer) = 0;
        virtual void on_refused() noexcept = 0;  ///< accepted and reset, for want of room or memory
        /// The socket cannot be accepted from any more.
        virtual void on_broken(const listener& which, const std::error_code& error) = 0;

      protected:
        ~owner() = default;
    };

    listener(listening_socket socket, owner& who);

    const std::string& name() const noexcept { return socket_.name; }

    /// Accepts until drain(). Short of descriptors or memory it backs off, for 100 ms up to 1 s.
    void start();

    /// A connection is gone: ends a back-off, since there may be a descriptor now.
    void retry();

    /// Accepts what waits in the queue, and listens no more.
    void drain();

  private:
    enum class outcome : std::uint8_t { queue_empty, more, failing, broken };
    task run();
    outcome accept_some(int at_most);
    void hand_over(int descriptor, const void* peer, std::size_t peer_size) noexcept;

    roomy_handler_memory memory_;  // operations of what follows live in it
    listening_socket socket_;
    owner& owner_;
    control_timer back_off_;
    int broken_ = 0;  // errno
    bool open_ = true;
};

}  // namespace pulsar::net
