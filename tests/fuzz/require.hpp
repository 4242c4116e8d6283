#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace pulsar::fuzz {

/// Ends the run, and says where, unless `condition` holds.
inline void require(bool condition,
                    const std::source_location& where = std::source_location::current()) {
    if (condition) return;
    std::fprintf(stderr, "%s:%u: a property does not hold\n", where.file_name(),
                 static_cast<unsigned>(where.line()));
    std::abort();
}

}  // namespace pulsar::fuzz
