#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

namespace pulsar::test {

/// What one client of the soak does, drawn at random.
struct soak_plan {
    enum class ending : std::uint8_t {
        in_order,    ///< waits for all echoes and some heartbeats, then sends FIN
        half_close,  ///< sends FIN at once
        truncated,   ///< sends FIN inside a frame
        too_large,   ///< announces more than the daemon takes
        reset,       ///< resets somewhere on the way
        abandoned,   ///< closes somewhere on the way, whatever there is to read
    };
    static constexpr std::size_t endings = 6;

    ending end = ending::in_order;
    std::string stream;          ///< what it means to send
    std::size_t leaves_at = 0;   ///< reset, abandoned: so many bytes into `stream`
    std::size_t heartbeats = 0;  ///< in_order: waits for about as many

    // The longest that a call moves, and the longest pause after it; each is drawn anew.
    std::size_t send_at_most = 0;
    std::size_t receive_at_most = 0;
    std::chrono::microseconds send_pause{0};
    std::chrono::microseconds receive_pause{0};
    int receive_buffer = 0;  ///< SO_RCVBUF; 0: the kernel's choice

    unsigned seed = 0;  ///< for what is drawn on the way
};

/// `max_frame_size` is the daemon's.
soak_plan draw_plan(std::mt19937& random, std::size_t max_frame_size);

}  // namespace pulsar::test
