#pragma once

#include "support/deadline.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace pulsar::test {

/// Expects `taken` to be `due`, or up to a second more, which sanitizers and slow machines get
/// several times.
inline void expect_time(std::chrono::duration<double> taken, std::chrono::duration<double> due) {
    EXPECT_GE(taken.count(), due.count()) << "too early";
    EXPECT_LT(taken.count(), due.count() + 1.0 * patience()) << "too late";
}

}  // namespace pulsar::test
