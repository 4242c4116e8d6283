#pragma once

#include "pulsar/log/levels.hpp"

#include <spdlog/formatter.h>

#include <cstdint>
#include <memory>

namespace pulsar::log {

/// What stands around an event's own part of a line.
enum class layout : std::uint8_t {
    text,     ///< the time, the level's word, the module
    journal,  ///< the same for the journal, which has a time: the level's priority, the module
    json,     ///< an object of all three
};

/// Makes a line, newline included, of what render() returned.
std::unique_ptr<spdlog::formatter> make_formatter(layout as);

/// Of an event, which never is `off`. spdlog's have the same order.
constexpr spdlog::level::level_enum to_spdlog(level severity) noexcept {
    return static_cast<spdlog::level::level_enum>(severity);
}
static_assert(to_spdlog(level::trace) == spdlog::level::trace);
static_assert(to_spdlog(level::error) == spdlog::level::err);

}  // namespace pulsar::log
