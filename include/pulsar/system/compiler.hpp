#pragma once

#include <string>

namespace pulsar::system {

/// What this program was compiled with, such as `g++ 12.2.0`. Throws std::bad_alloc.
std::string compiler();

}  // namespace pulsar::system
