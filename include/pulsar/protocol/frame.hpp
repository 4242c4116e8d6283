#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

/// The wire format: a frame is the length of its payload as 4 bytes, unsigned, big-endian, and then
/// the payload. No I/O and no clock here.
namespace pulsar::protocol {

inline constexpr std::size_t header_size = 4;
inline constexpr std::size_t max_payload_size = 0xffff'ffff;

using header = std::array<std::byte, header_size>;

constexpr header encode_header(std::uint32_t payload_size) noexcept {
    return {static_cast<std::byte>(payload_size >> 24), static_cast<std::byte>(payload_size >> 16),
            static_cast<std::byte>(payload_size >> 8), static_cast<std::byte>(payload_size)};
}

constexpr std::uint32_t decode_header(std::span<const std::byte, header_size> bytes) noexcept {
    return std::to_integer<std::uint32_t>(bytes[0]) << 24 |
           std::to_integer<std::uint32_t>(bytes[1]) << 16 |
           std::to_integer<std::uint32_t>(bytes[2]) << 8 | std::to_integer<std::uint32_t>(bytes[3]);
}

/// Appends one frame to `out`. Throws std::length_error if the payload is longer than
/// max_payload_size.
void encode(std::span<const std::byte> payload, std::vector<std::byte>& out);

enum class decode_error : std::uint8_t {
    none,
    incomplete,  ///< the stream ends within the frame: its header or its payload is not all there
    too_large,   ///< the header announces more than the caller accepts
};

/// The first frame of a stream.
struct decoded {
    decode_error error = decode_error::none;
    /// Payload bytes that the header announces; 0 while the header is incomplete.
    std::uint32_t announced = 0;
    /// A view into the stream; empty unless `error` is `none`.
    std::span<const std::byte> payload;
};

decoded decode(std::span<const std::byte> stream, std::size_t max_payload) noexcept;

/// What a server that has nothing else to say sends to a silent client: the payload is "HEARTBEAT".
inline constexpr std::string_view heartbeat_payload = "HEARTBEAT";
std::span<const std::byte> heartbeat_frame() noexcept;

}  // namespace pulsar::protocol
