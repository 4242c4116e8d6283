#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pulsar::net {

/// Why a connection ended: `reason` of the event `closed`.
enum class close_reason : std::uint8_t {
    peer_closed,
    frame_too_large,
    truncated_frame,
    frame_timeout,
    idle_timeout,
    bad_proxy_header,
    drained,
    // Aborts from here on.
    peer_reset,
    write_timeout,
    drain_timeout,
    out_of_memory,
    io_error,
};

inline constexpr std::size_t close_reason_count = 12;

constexpr std::string_view name(close_reason reason) noexcept {
    constexpr std::array<std::string_view, close_reason_count> names{
        "peer_closed",   "frame_too_large",  "truncated_frame", "frame_timeout",
        "idle_timeout",  "bad_proxy_header", "drained",         "peer_reset",
        "write_timeout", "drain_timeout",    "out_of_memory",   "io_error"};
    return names[static_cast<std::size_t>(reason)];
}

/// Whether the peer may have lost bytes that it was owed: all but an end in order.
constexpr bool is_abort(close_reason reason) noexcept {
    return reason >= close_reason::peer_reset;
}

}  // namespace pulsar::net
