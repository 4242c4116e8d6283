#pragma once

#include <cstdlib>

namespace pulsar::test {

/// How much a test does: `usual`, or `thorough` with PULSAR_TEST_LONG in the environment, for who
/// has an hour and looks for the rarer faults.
template <class T>
T effort(T usual, T thorough) {
    return std::getenv("PULSAR_TEST_LONG") != nullptr ? thorough : usual;
}

}  // namespace pulsar::test
