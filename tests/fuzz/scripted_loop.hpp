#pragma once

#include "pulsar/net/clock.hpp"

#include <optional>

namespace pulsar::fuzz {

/// The earliest deadline in the one net::event_loop of a program that is linked with
/// scripted_loop.cpp; event_loop::run() there calls those that are due, and returns.
inline std::optional<net::time_point> next_deadline;

}  // namespace pulsar::fuzz
