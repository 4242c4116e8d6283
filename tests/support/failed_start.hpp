#pragma once

#include "support/process.hpp"

#include <string>
#include <vector>

namespace pulsar::test {

/// Expects exit 1, and one line on standard error that holds each of `words`.
void expect_failed_start(const launch& how, const std::vector<std::string>& words);

}  // namespace pulsar::test
