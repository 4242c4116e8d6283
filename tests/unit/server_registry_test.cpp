#include "pulsar/server/registry.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

namespace pulsar::server::registry_test {
namespace {

using ids = std::vector<std::uint64_t>;
using loops = std::vector<std::size_t>;

class Registry : public testing::Test {
  protected:
    /// Adds so many; the loops they were given.
    loops add(std::size_t count) {
        loops given;
        for (std::size_t i = 0; i < count; ++i) {
            auto& record =
                of_three_loops_.add(listener_, "peer " + std::to_string(records_.size() + 1));
            records_.push_back(&record);
            given.push_back(record.loop);
        }
        return given;
    }

    /// The connections are closed, and the strand has been told.
    void close(const ids& gone) {
        for (const auto id : gone)
            of_three_loops_.on_closed(*records_.at(id - 1));
        loop_.restart();
        loop_.poll();
    }

    void rewind() { walk_.emplace(of_three_loops_); }

    /// The next `n` of a report.
    ids visit(std::size_t n) {
        ids seen;
        more_ = walk_->visit(n, [&](const auto& record) { seen.push_back(record.id); });
        return seen;
    }

    boost::asio::io_context loop_;
    net::control_strand control_ = boost::asio::make_strand(loop_.get_executor());
    int removals_ = 0;
    net::listener_record listener_{"127.0.0.1:8080"};
    registry of_three_loops_{control_, 3, [this] { ++removals_; }};
    std::vector<net::connection_record*> records_;  // by id, gone or not
    std::optional<registry::walk> walk_;
    bool more_ = false;
};

TEST_F(Registry, LoopsWithEquallyManyConnectionsTakeTurns) {
    EXPECT_EQ(add(7), (loops{0, 1, 2, 0, 1, 2, 0}));
}

TEST_F(Registry, LoopsWithoutConnectionsTakeTurns) {
    for (std::uint64_t id = 1; id <= 6; ++id) {
        EXPECT_EQ(add(1), loops{(id - 1) % 3});
        close({id});
    }
}

TEST_F(Registry, TheLoopWithTheFewestConnectionsGetsTheNext) {
    add(9);
    close({2, 5, 8});
    EXPECT_EQ(add(3), (loops{1, 1, 1}));
}

TEST_F(Registry, CountsWhatCameWhatWentAndWhatIsThere) {
    add(5);
    close({1, 4});
    EXPECT_EQ(of_three_loops_.opened(), 5u);
    EXPECT_EQ(of_three_loops_.closed(), 2u);
    EXPECT_EQ(of_three_loops_.size(), 3u);
    EXPECT_EQ(of_three_loops_.places_taken(), 3u);
    EXPECT_EQ(removals_, 1) << "the strand is asked once for many";
}

TEST_F(Registry, AReportGoesOnWhereItWasInTheOrderOfIds) {
    add(5);
    rewind();
    EXPECT_EQ(visit(2), (ids{1, 2}));
    EXPECT_TRUE(more_);
    EXPECT_EQ(visit(3), (ids{3, 4, 5}));
    EXPECT_FALSE(more_);
    EXPECT_EQ(visit(1), ids{});
}

/// Those behind it and before it, the one that it would visit next, and the last.
TEST_F(Registry, AReportLeavesOutWhoeverClosesBetweenItsPieces) {
    add(8);
    rewind();
    EXPECT_EQ(visit(2), (ids{1, 2}));
    close({3, 4, 1, 6, 8});
    EXPECT_EQ(visit(1), ids{5});
    EXPECT_TRUE(more_);
    EXPECT_EQ(visit(9), ids{7});
    EXPECT_FALSE(more_);
}

TEST_F(Registry, AReportThatLosesAllThatAreLeftEnds) {
    add(3);
    rewind();
    visit(1);
    close({1, 2, 3});
    EXPECT_EQ(visit(9), ids{});
    EXPECT_FALSE(more_);
}

TEST_F(Registry, AReportLeavesOutWhoeverComesWhileItIsMade) {
    add(3);
    rewind();
    visit(1);
    close({3});
    add(4);
    EXPECT_EQ(visit(9), ids{2});
    rewind();
    EXPECT_EQ(visit(9), (ids{1, 2, 4, 5, 6, 7}));
}

TEST_F(Registry, WalksDoNotDisturbOneAnother) {
    add(6);
    rewind();
    visit(2);
    registry::walk second(of_three_loops_);
    ids seen;
    const auto note = [&](const auto& record) { seen.push_back(record.id); };
    EXPECT_TRUE(second.visit(1, note));
    close({2, 3, 4});
    EXPECT_EQ(visit(9), (ids{5, 6}));
    EXPECT_FALSE(second.visit(9, note));
    EXPECT_EQ(seen, (ids{1, 5, 6}));
}

TEST_F(Registry, CountsForEachListener) {
    add(3);
    net::listener_record other("[::1]:8080");
    auto& fourth = of_three_loops_.add(other, "peer 4");
    EXPECT_EQ(fourth.listener, &other);
    records_.push_back(&fourth);
    close({1, 2});
    EXPECT_EQ(listener_.opened, 3u);
    EXPECT_EQ(listener_.open, 1u);
    EXPECT_EQ(other.opened, 1u);
    EXPECT_EQ(other.open, 1u);
}

TEST_F(Registry, CountsWhyConnectionsEndAndHowLongTheyLasted) {
    add(3);
    records_[0]->reason = net::close_reason::peer_reset;
    records_[1]->reason = net::close_reason::peer_reset;
    close({1, 2, 3});
    const auto& lives = of_three_loops_.lives();
    EXPECT_EQ(lives.by_reason[static_cast<std::size_t>(net::close_reason::peer_reset)], 2u);
    EXPECT_EQ(lives.by_reason[static_cast<std::size_t>(net::close_reason::peer_closed)], 1u);
    EXPECT_EQ(std::accumulate(lives.by_duration.begin(), lives.by_duration.end(), 0U), 3u);
    EXPECT_EQ(lives.by_duration.back(), 0u) << "more than a day";
    EXPECT_GT(lives.seconds, 0.0);
}

TEST_F(Registry, CountsHowConnectionsEndOnceTheDrainHasBegun) {
    add(5);
    for (auto* record : records_)
        record->in_order = true;
    close({1});
    of_three_loops_.count_ends();
    records_[1]->dropped_partial = true;
    records_[2]->reason = net::close_reason::drain_timeout;
    records_[2]->in_order = false;
    records_[3]->reason = net::close_reason::peer_reset;
    records_[3]->in_order = false;
    close({2, 3, 4, 5});
    EXPECT_EQ(of_three_loops_.ends().drained, 2u);
    EXPECT_EQ(of_three_loops_.ends().cut_off, 1u);
    EXPECT_EQ(of_three_loops_.ends().dropped_partial, 1u);
}

}  // namespace
}  // namespace pulsar::server::registry_test
