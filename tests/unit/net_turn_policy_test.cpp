#include "pulsar/net/turn_policy.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace pulsar::net::turn_policy_test {
namespace {

TEST(Turns, AreTakenAsLongAsTheyBringSomething) {
    turn_policy busy;
    for (int i = 0; i < 100; ++i)
        EXPECT_TRUE(busy.on_input(false));
}

/// How many waits follow each of the first vain turns.
std::vector<int> waits_between_vain_turns(turn_policy& vain, std::size_t count) {
    std::vector<int> waits;
    while (waits.size() < count) {
        EXPECT_TRUE(vain.on_input(false));
        vain.on_no_input();
        waits.push_back(0);
        turn_policy ahead = vain;
        while (!ahead.on_input(false)) {
            vain = ahead;
            vain.on_no_input();  // of a wait that ended for another reason
            ++waits.back();
        }
    }
    return waits;
}

TEST(Turns, AreTriedMoreAndMoreRarelyWhileTheyBringNothing) {
    turn_policy vain;
    EXPECT_EQ(waits_between_vain_turns(vain, 8), (std::vector<int>{1, 3, 7, 15, 31, 63, 63, 63}));
}

TEST(Turns, OneThatBringsSomethingForgivesTheVainOnes) {
    turn_policy some;
    waits_between_vain_turns(some, 5);
    EXPECT_TRUE(some.on_input(false));
    EXPECT_TRUE(some.on_input(false));
    EXPECT_EQ(waits_between_vain_turns(some, 2), (std::vector<int>{1, 3}));
}

TEST(Turns, ThereIsNoChoiceWhereInputIsLeft) {
    turn_policy vain;
    waits_between_vain_turns(vain, 4);
    vain.on_input(false);
    vain.on_no_input();
    EXPECT_TRUE(vain.on_input(true));
}

}  // namespace
}  // namespace pulsar::net::turn_policy_test
