#pragma once

#include "pulsar/net/clock.hpp"

namespace pulsar::fuzz {

/// What net::clock says in a program that is linked with scripted_clock.cpp.
inline net::time_point now;

}  // namespace pulsar::fuzz
