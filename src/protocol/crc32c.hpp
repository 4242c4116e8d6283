#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pulsar::protocol {

/// Takes `bytes` into a checksum that began as crc32c_start (RFC 4960, appendix B).
std::uint32_t crc32c(std::uint32_t sum, std::span<const std::byte> bytes) noexcept;

inline constexpr std::uint32_t crc32c_start = 0xffff'ffff;
constexpr std::uint32_t crc32c_end(std::uint32_t sum) noexcept {
    return ~sum;
}

}  // namespace pulsar::protocol
