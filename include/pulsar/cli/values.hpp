#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The spelling of durations and sizes. Whole digits only, without sign, leading zero,
/// blank or anything after; a value too large for its type is nothing, like any other mistake.
namespace pulsar::cli {

inline constexpr std::chrono::milliseconds longest_duration = std::chrono::hours(24);

/// Digits and a unit, `ms`, `s`, `m` or `h`, up to `longest_duration`. Zero needs a unit too.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// Digits and `B`, `KiB`, `MiB`, `GiB`, `K`, `M`, `G` (all powers of 1024) or nothing, for bytes.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// In the largest unit that is exact, but a minute as `60s`, as people write it.
std::string duration_text(std::chrono::milliseconds duration);

/// In the largest unit that is exact: `1MiB`, `1000B`.
std::string size_text(std::uint64_t bytes);

}  // namespace pulsar::cli
