#include "support/failed_start.hpp"

#include "support/text.hpp"

#include <gtest/gtest.h>

namespace pulsar::test {

void expect_failed_start(const launch& how, const std::vector<std::string>& words) {
    const auto result = run(how);
    EXPECT_EQ(result.how, exited(1));
    expect_complaint("pulsar", result.err, words);
}

}  // namespace pulsar::test
