#include "support/baseline.hpp"

#include "support/process_usage.hpp"

#include <gtest/gtest.h>

namespace pulsar::test {

event report_now(daemon& pulsar) {
    const auto before = pulsar.events("registry", "report").size();
    pulsar.child().send(SIGUSR1);
    return pulsar.wait_for_count(before + 1, "registry", "report").back();
}

baseline::baseline(daemon& pulsar)
    : pulsar_(pulsar), descriptors_(open_descriptors(pulsar.child().pid())) {}

void baseline::expect_restored() const {
    EXPECT_TRUE(eventually([&] { return number(report_now(pulsar_), "connections") == 0; }));
    std::size_t open = 0;
    EXPECT_TRUE(eventually([&] {
        return (open = open_descriptors(pulsar_.child().pid())) <= descriptors_;
    })) << open
        << " descriptors are open, not " << descriptors_;
    EXPECT_EQ(pulsar_.events("connection", "opened").size(),
              pulsar_.events("connection", "closed").size());
}

}  // namespace pulsar::test
