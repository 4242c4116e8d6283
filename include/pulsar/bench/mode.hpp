#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace pulsar::bench {

/// What each connection of a run does.
enum class mode : std::uint8_t {
    echo,       ///< sends frames, and stays
    idle,       ///< stays, and sends nothing
    churn,      ///< sends one frame, and is closed; the next one follows
    halfclose,  ///< sends frames and FIN, expects all echoes and FIN; the next one follows
};
inline constexpr std::array modes{mode::echo, mode::idle, mode::churn, mode::halfclose};

/// Whether a connection that is closed is followed by the next one.
constexpr bool renews_connections(mode value) noexcept {
    return value == mode::churn || value == mode::halfclose;
}

constexpr std::string_view to_string(mode value) noexcept {
    switch (value) {
        case mode::echo:
            return "echo";
        case mode::idle:
            return "idle";
        case mode::churn:
            return "churn";
        case mode::halfclose:
            break;
    }
    return "halfclose";
}

}  // namespace pulsar::bench
