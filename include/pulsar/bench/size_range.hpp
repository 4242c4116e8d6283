#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pulsar::bench {

/// Payload bytes; each frame's size is drawn from it, the ends included.
struct size_range {
    std::uint32_t least = 64;
    std::uint32_t most = 64;

    bool operator==(const size_range&) const = default;
};

/// `64B`, or `64B-1KiB`.
std::string to_string(const size_range& sizes);

/// Reads that and whatever cli::parse_size() takes, the smaller one first: `64-1K`.
std::optional<size_range> parse_size_range(std::string_view text);

}  // namespace pulsar::bench
