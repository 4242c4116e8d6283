#pragma once

#include "support/sanitizers.hpp"

#include <gtest/gtest.h>

namespace pulsar::test {

/// Takes memory away from the daemon.
class no_memory : public testing::Test {
  protected:
    void SetUp() override {
        if (sanitized()) {
            GTEST_SKIP()
                << "a sanitizer brings an allocator of its own, and terabytes of addresses";
        }
    }
};

}  // namespace pulsar::test
