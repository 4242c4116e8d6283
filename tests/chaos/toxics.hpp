#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace pulsar::test {

inline constexpr auto unlimited = std::numeric_limits<std::size_t>::max();

/// What a proxy does to one direction of a connection.
struct toxics {
    std::chrono::milliseconds latency{0};
    std::chrono::milliseconds jitter{0};        ///< up to so much more; the order stays
    std::size_t bytes_per_second = unlimited;   ///< the bandwidth
    std::size_t largest_piece = unlimited;      ///< pieces of 1 byte up to this, each sent apart
    std::size_t forwarded_at_most = unlimited;  ///< bytes

    enum class end : std::uint8_t {
        reset,       ///< of both sides of the connection
        close,       ///< of both; the kernel makes a reset of it where bytes are unread
        half_close,  ///< FIN to the receiver; what the sender goes on to send is thrown away
        stall,       ///< nothing is read or forwarded until proxy::release()
    };
    end at_the_limit = end::stall;
};

}  // namespace pulsar::test
