#pragma once

#include <cstdint>
#include <string_view>

namespace pulsar::net {

/// Why a connection ended: `reason` of the event `closed`.
enum class close_reason : std::uint8_t {
    peer_closed,
    peer_reset,
    frame_too_large,
    truncated_frame,
    frame_timeout,
    idle_timeout,
    write_timeout,
    drained,
    drain_timeout,
    out_of_memory,
    io_error,
};

constexpr std::string_view name(close_reason reason) noexcept {
    switch (reason) {
        case close_reason::peer_closed:
            return "peer_closed";
        case close_reason::peer_reset:
            return "peer_reset";
        case close_reason::frame_too_large:
            return "frame_too_large";
        case close_reason::truncated_frame:
            return "truncated_frame";
        case close_reason::frame_timeout:
            return "frame_timeout";
        case close_reason::idle_timeout:
            return "idle_timeout";
        case close_reason::write_timeout:
            return "write_timeout";
        case close_reason::drained:
            return "drained";
        case close_reason::drain_timeout:
            return "drain_timeout";
        case close_reason::out_of_memory:
            return "out_of_memory";
        case close_reason::io_error:
            return "io_error";
    }
    return "unknown";
}

/// Whether the peer may have lost bytes that it was owed: all but an end in order.
constexpr bool is_abort(close_reason reason) noexcept {
    switch (reason) {
        case close_reason::peer_reset:
        case close_reason::write_timeout:
        case close_reason::drain_timeout:
        case close_reason::out_of_memory:
        case close_reason::io_error:
            return true;
        default:
            return false;
    }
}

}  // namespace pulsar::net
