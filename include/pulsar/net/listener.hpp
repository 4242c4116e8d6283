#pragma once

#include "pulsar/net/connection.hpp"
#include "pulsar/net/listening_socket.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

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
        virtual void on_accepted(accepted socket, std::string peer) noexcept = 0;
        virtual void on_refused() noexcept = 0;  ///< accepted and reset, since there was no room

      protected:
        ~owner() = default;
    };

    listener(listening_socket socket, owner& who);

    const std::string& name() const noexcept { return socket_.name; }

    /// Accepts until drain(). Short of descriptors or memory it backs off, for 100 ms up to 1 s.
    /// Throws std::system_error if the socket is broken.
    boost::asio::awaitable<void> run();

    /// A connection is gone: ends a back-off, since there may be a descriptor now.
    void retry();

    /// Accepts what waits in the queue, and listens no more.
    void drain();

  private:
    enum class outcome : std::uint8_t { queue_empty, more, failing, broken };
    outcome accept_some(int at_most);
    void hand_over(int descriptor, std::string peer);

    listening_socket socket_;
    owner& owner_;
    boost::asio::steady_timer back_off_;
    int broken_ = 0;  // errno
    bool open_ = true;
};

}  // namespace pulsar::net
