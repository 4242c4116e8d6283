#include "support/skip_without.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace pulsar::test {

void skip_without(const std::string& what) {
    const char* complete = std::getenv("PULSAR_TEST_NO_SKIP");
    if (complete != nullptr && std::string(complete) == "1") {
        FAIL() << "needs " << what << ", which PULSAR_TEST_NO_SKIP=1 says is here";
    }
    GTEST_SKIP() << "needs " << what;
}

}  // namespace pulsar::test
