#pragma once

#include <string>

namespace pulsar::test {

/// Skips the test for want of `what`, a tool or a right. Fails it where PULSAR_TEST_NO_SKIP=1 says
/// that none is missing. The test goes on: `return skip_without("strace");`
void skip_without(const std::string& what);

}  // namespace pulsar::test
