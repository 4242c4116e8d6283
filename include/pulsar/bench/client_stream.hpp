#pragma once

#include "pulsar/net/stream.hpp"

#include <cstdint>

namespace pulsar::bench {

/// A stream from its connect(2) on, which can wait for input and until it can send, both at once.
///
/// Belongs to its loop's thread.
class client_stream : public net::stream {
  public:
    using net::stream::stream;

    /// How the connect(2) that was begun on the descriptor has ended, see bench::connect_error():
    /// `would_block` while it has not. Closes a socket that was refused.
    error_code connect_error();

    /// Until connect_error() may have something to tell.
    awaiter wait_for_connect() noexcept {
        writable_ = interest::has_waited;
        return wait(event::writable);
    }

    /// wake() once the socket is writable, or closed. The stream must not go before that.
    void wake_when_writable();
    bool waits_until_writable() const noexcept { return writable_ == interest::waits; }
    /// Whether there has been a wait, be it over or not, since sent_all().
    bool was_full() const noexcept { return writable_ != interest::none; }

    /// There is nothing left to send: forget_writable(), if there has been a wait and it is over.
    void sent_all() noexcept;

  private:
    enum class interest : std::uint8_t { none, waits, has_waited };

    interest writable_ = interest::none;
};

}  // namespace pulsar::bench
