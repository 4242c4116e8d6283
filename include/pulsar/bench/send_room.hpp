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

    /// The frames before `first` had room earlier; from it on there is some since `now`, for
    /// however many.
    void begin(std::uint64_t first, time_point now) noexcept {
        first_ = first;
        since_ = now;
    }

    /// Of a frame that has room.
    time_point since(std::uint64_t frame) const noexcept {
        return frame < first_ ? time_point::min() : since_;
    }

  private:
    std::uint64_t first_ = 0;
    time_point since_ = time_point::min();
};

}  // namespace pulsar::bench
