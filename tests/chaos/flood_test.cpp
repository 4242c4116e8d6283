// One client that floods cannot starve the others.

#include "support/daemon.hpp"
#include "support/effort.hpp"
#include "support/flooder.hpp"
#include "support/frames.hpp"
#include "support/pings.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>
#include <utility>

namespace pulsar::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t clients = 100;
constexpr auto bound = 20ms;
constexpr auto rounds = effort_by_build<std::size_t>(100, 10);

/// What the flood is made of: its name, a frame's size, and how many go out in a row.
struct flood {
    const char* name;
    std::size_t size;
    std::size_t frames;
};

class Flood : public testing::TestWithParam<flood> {};

/// Other processes can only make a round slower, so the best of some is the daemon's.
TEST_P(Flood, LeavesAHundredClientsOfTheSameLoopTheirTurns) {
    daemon pulsar({"--threads", "1", "--heartbeat-interval", "0s"});
    std::string unit;
    for (std::size_t i = 0; i < GetParam().frames; ++i)
        unit += frame(std::string(GetParam().size, 'x'));
    auto best = std::chrono::microseconds::max();
    {
        pings others(pulsar.address(), clients);
        const auto alone = others.rounds(rounds);
        const flooder hostile(pulsar.address(), unit);
        ASSERT_TRUE(eventually([&] { return hostile.echoed() > (1 << 20); }));
        std::cout << "without a flood: " << summary(alone) << '\n';
        for (int i = 0; i < 5 && best >= bound; ++i) {
            const auto before = hostile.echoed();
            const auto beside = others.rounds(rounds);
            EXPECT_GT(hostile.echoed(), before) << "no flood";
            best = std::min(best, percentile(beside, 0.99));
            std::cout << "beside one:      " << summary(beside) << ", "
                      << (hostile.echoed() - before) / (1 << 20) << " MiB of it echoed\n";
        }
    }
    RecordProperty("p99_us", std::to_string(best.count()));
    if (effort_by_build(true, false)) {
        EXPECT_LT(best, bound);
    }
    pulsar.expect_orderly_exit();
}

INSTANTIATE_TEST_SUITE_P(Of, Flood,
                         testing::Values(flood{"EmptyFrames", 0, 16'384},
                                         flood{"SmallFrames", 60, 1024},
                                         flood{"LargeFrames", 64 << 10, 4},
                                         flood{"TheLargestFrames", 1 << 20, 1}),
                         [](const auto& kind) { return std::string(kind.param.name); });

}  // namespace
}  // namespace pulsar::test
