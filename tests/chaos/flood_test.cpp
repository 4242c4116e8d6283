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
#include <optional>
#include <ostream>
#include <string>
#include <utility>

namespace pulsar::test::flood_test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t clients = 100;
constexpr auto bound = 20ms;
const auto pings_in_a_row = effort_by_build<std::size_t>(100, 10);
const int rounds = effort_by_build(6, 1);

/// What the flood is made of: its name, a frame's size, and how many go out in a row.
struct flood {
    const char* name;
    std::size_t size;
    std::size_t frames;

    friend std::ostream& operator<<(std::ostream& out, const flood& kind) {
        return out << kind.name;
    }
};

class Flood : public testing::TestWithParam<flood> {};

/// Other processes can only make a round slower, so that the best is the daemon's own. Where they
/// make the pings slow without a flood, too, there is nothing to judge.
TEST_P(Flood, LeavesAHundredClientsOfTheSameLoopTheirTurns) {
    daemon pulsar({"--threads", "1", "--heartbeat-interval", "0s"});
    std::string unit;
    for (std::size_t i = 0; i < GetParam().frames; ++i)
        unit += frame(std::string(GetParam().size, 'x'));
    std::optional<pings> others(std::in_place, pulsar.address(), clients);
    auto best = std::chrono::microseconds::max();
    auto best_alone = best;
    for (int i = 0; i < rounds && best >= bound; ++i) {
        const auto alone = others->rounds(pings_in_a_row);
        const flooder hostile(pulsar.address(), unit);
        ASSERT_TRUE(eventually([&] { return hostile.echoed() > (1 << 20); }));
        const auto before = hostile.echoed();
        const auto beside = others->rounds(pings_in_a_row);
        const auto flooded = hostile.echoed() - before;
        EXPECT_GT(flooded, 0u);
        best = std::min(best, percentile(beside, 0.99));
        best_alone = std::min(best_alone, percentile(alone, 0.99));
        std::cout << "without a flood: " << summary(alone)
                  << "\nbeside one:      " << summary(beside) << ", " << flooded / (1 << 20)
                  << " MiB of it echoed\n";
    }
    RecordProperty("p99_us", std::to_string(best.count()));
    others.reset();
    pulsar.expect_orderly_exit();
    if (best < bound || effort_by_build(false, true)) return;
    if (best_alone > bound / 4) GTEST_SKIP() << "the machine is too busy";
    FAIL() << "the 99th percentile is " << best.count() << " us";
}

INSTANTIATE_TEST_SUITE_P(Of, Flood,
                         testing::Values(flood{"EmptyFrames", 0, 16'384},
                                         flood{"SmallFrames", 60, 1024},
                                         flood{"LargeFrames", 64 << 10, 4},
                                         flood{"TheLargestFrames", 1 << 20, 1}),
                         [](const auto& kind) { return std::string(kind.param.name); });

}  // namespace
}  // namespace pulsar::test::flood_test
