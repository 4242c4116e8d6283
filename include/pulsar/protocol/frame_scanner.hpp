#pragma once

#include "pulsar/protocol/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace pulsar::protocol {

/// Where the frames of a stream end.
struct scan_result {
    std::size_t complete = 0;  ///< bytes of the whole frames that the stream begins with
    std::size_t frames = 0;    ///< how many these are
    /// What the frame behind them lacks: `none` if the stream ends with the last whole frame.
    decode_error rest = decode_error::none;
    std::uint32_t announced = 0;  ///< payload size of that frame, 0 while its header is incomplete
};

/// Finds the whole frames at the front of `stream`, and stops at the first that is incomplete or
/// announces more than `max_payload`. Looks at headers only: the cost is per frame, not per byte.
scan_result scan(std::span<const std::byte> stream, std::size_t max_payload) noexcept;

}  // namespace pulsar::protocol
