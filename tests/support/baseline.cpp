#include "support/baseline.hpp"

#include "support/process_usage.hpp"

#include <gtest/gtest.h>

namespace pulsar::test {

baseline::baseline(daemon& pulsar)
    : pulsar_(pulsar), descriptors_(open_descriptors(pulsar.child().pid())) {}

void baseline::expect_restored() const {
    EXPECT_TRUE(eventually([&] { return number(pulsar_.report(), "connections") == 0; }));
    std::size_t open = 0;
    EXPECT_TRUE(eventually([&] {
        return (open = open_descriptors(pulsar_.child().pid())) <= descriptors_;
    })) << open
        << " descriptors are open, not " << descriptors_;
    EXPECT_EQ(pulsar_.events("connection", "opened").size(),
              pulsar_.events("connection", "closed").size());
}

}  // namespace pulsar::test
