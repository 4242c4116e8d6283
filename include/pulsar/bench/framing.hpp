#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace pulsar::bench {

/// How frames are told from one another in the stream.
enum class framing : std::uint8_t {
    length,  ///< by a header of their length
    none,    ///< not at all: payloads alone, for any server that echoes bytes (RFC 862)
};
inline constexpr std::array framings{framing::length, framing::none};

constexpr std::string_view to_string(framing value) noexcept {
    return value == framing::length ? "length" : "none";
}

}  // namespace pulsar::bench
