#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pulsar::log {

enum class level : std::uint8_t { trace, debug, info, warn, error, off };

/// The part of the program that an event comes from: `module` in the log.
enum class component : std::uint8_t { server, connection, listener, registry, log };

inline constexpr std::size_t component_count = 5;

/// The word that stands for it in flags and JSON: "info", "connection".
std::string_view name(level value) noexcept;
std::string_view name(component value) noexcept;

/// The least severe level that each component logs.
struct levels {
    std::array<level, component_count> of{level::info, level::info, level::info, level::info,
                                          level::info};

    bool operator==(const levels&) const = default;
};

/// Reads "info" or "info,connection=debug,registry=off": at most one default, first or anywhere,
/// which is `info` where there is none, and each component at most once. Nothing if it is not that.
std::optional<levels> parse_levels(std::string_view text);

/// The shortest text that parse_levels() reads back to the same levels.
std::string to_string(const levels& value);

}  // namespace pulsar::log
