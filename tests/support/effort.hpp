#pragma once

#include "support/sanitizers.hpp"

#include <cstdlib>

namespace pulsar::test {

/// How much a test does: `usual`, or `thorough` with PULSAR_TEST_LONG in the environment, for who
/// has an hour and looks for the rarer faults.
template <class T>
T effort(T usual, T thorough) {
    return std::getenv("PULSAR_TEST_LONG") != nullptr ? thorough : usual;
}

/// `with_sanitizer` against a build with a sanitizer, which is several times slower.
template <class T>
T effort_by_build(T plain, T with_sanitizer) {
    return sanitized() ? with_sanitizer : plain;
}

}  // namespace pulsar::test
