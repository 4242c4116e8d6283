#pragma once

#include "pulsar/log/levels.hpp"
#include "pulsar/log/log.hpp"

#include <spdlog/formatter.h>

#include <memory>

namespace pulsar::log {

/// Frames what render() returned as a line, with time, level and module, newline included.
std::unique_ptr<spdlog::formatter> make_formatter(format as);

spdlog::level::level_enum to_spdlog(level severity) noexcept;

}  // namespace pulsar::log
