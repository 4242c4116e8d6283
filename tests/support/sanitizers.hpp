#pragma once

namespace pulsar::test {

// What the programs under test are built with, or the tests themselves: tests of the programs are
// compiled once and run against each build (PULSAR_BINARY).
bool address_sanitizer();
bool thread_sanitizer();

inline bool sanitized() {
    return address_sanitizer() || thread_sanitizer();
}

}  // namespace pulsar::test
