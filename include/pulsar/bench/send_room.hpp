#pragma once

#include "pulsar/net/clock.hpp"

#include <cstdint>

namespace pulsar::bench {

/// Since when a connection's frames could have been sent: the connection was there, the pipeline
/// had room, and the socket took it. What goes out later than that, and than it was due, is late
/// because of the generator itself.
class send_room {
  public:
    using time_point = net::time_point;

    /// There may be room for more: a connection was made, an echo came, or the socket takes more.
    void on_more(time_point now) noexcept { since_ = now; }

    /// There was room for the frames before `end`, and for none of those from it on.
    void on_sent(std::uint64_t end) noexcept { end_ = end; }

    /// Of a frame that has room.
    time_point since(std::uint64_t frame) const noexcept {
        return frame < end_ ? time_point::min() : since_;
    }

  private:
    std::uint64_t end_ = 0;
    time_point since_ = time_point::min();
};

}  // namespace pulsar::bench
