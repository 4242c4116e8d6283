#include "pulsar/bench/send_window.hpp"
#include "pulsar/protocol/frame.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace pulsar::bench::send_window_test {
namespace {

using namespace std::chrono_literals;

/// A window of a run from 0 s to 10 s, and a server that echoes when it is asked to.
class BenchSendWindow : public testing::Test {
  protected:
    BenchSendWindow() {
        what_.connections = 1;
        what_.pipeline = 2;
    }

    static time_point at(clock::duration since_start) { return time_point(100s) + since_start; }

    /// On a connection that stands from the start on.
    void begin(const allowance& frames = {}) {
        run_.emplace(what_, std::deque<server>());
        window_.emplace(*run_, times_, hiccup_, 0, frames);
        window_->begin(at(0s), at(0s));
    }
    void measure_from(clock::duration time) { times_.measured_from = at(time); }

    /// How many frames begin to go out, into a socket that takes `room` bytes.
    std::uint64_t send(clock::duration time, std::size_t room = 1 << 20) {
        const auto before = window_->in_all();
        window_->open(at(time));
        while (window_->has_next() && room > 0) {
            const auto piece = window_->fill(out_);
            const auto taken = piece.bytes.first(std::min(room, piece.bytes.size()));
            wire_.insert(wire_.end(), taken.begin(), taken.end());
            room -= taken.size();
            window_->sent(piece, taken.size(), at(time), counts_);
        }
        return window_->in_all() - before;
    }

    /// Whether so many bytes that went out are taken as their echo.
    bool echo_bytes(std::size_t count, clock::duration time) {
        const bool accepted = window_->accept(std::span(wire_).first(count), at(time), counts_);
        wire_.erase(wire_.begin(), wire_.begin() + static_cast<std::ptrdiff_t>(count));
        return accepted;
    }
    bool echo(std::size_t frames, clock::duration time) { return echo_bytes(frames * 68, time); }

    void reconnect(clock::duration time) {
        wire_.clear();
        window_->begin(at(time), at(time));
    }

    std::uint64_t recorded() const { return counts_.latency.count(); }

    options what_;
    timetable times_{.start = at(0s), .measured_from = at(0s), .end = at(10s)};
    hiccup hiccup_;
    std::optional<plan> run_;
    std::optional<send_window> window_;
    std::vector<std::byte> out_ = std::vector<std::byte>(1000);
    std::vector<std::byte> wire_;
    tally counts_;
};

TEST_F(BenchSendWindow, LetsAsManyFramesOutAsThePipelineHasRoomFor) {
    what_.pipeline = 3;
    begin();
    EXPECT_EQ(send(1s), 3U);
    EXPECT_EQ(send(2s), 0U);
    EXPECT_EQ(window_->awaited(), 3U);
    EXPECT_TRUE(echo(2, 3s));
    EXPECT_EQ(send(3s), 2U);
    EXPECT_EQ(counts_.latency.min(), 2s);
    EXPECT_EQ(counts_.payload_bytes, 128U);
}

TEST_F(BenchSendWindow, LetsNothingOutBeforeTheStart) {
    begin();
    EXPECT_EQ(send(-1ns), 0U);
    EXPECT_EQ(send(0s), 2U);
}

TEST_F(BenchSendWindow, OfNoFramesIsFinishedWithTheStart) {
    begin({.in_all = 0});
    EXPECT_FALSE(window_->finished(at(-1ns)));
    EXPECT_TRUE(window_->finished(at(0s)));
}

TEST_F(BenchSendWindow, CountsHeartbeatsAfterTheWarmUp) {
    measure_from(1s);
    begin();
    const auto heartbeat = protocol::heartbeat_frame();
    EXPECT_TRUE(window_->accept(heartbeat, at(999ms), counts_));
    EXPECT_EQ(counts_.heartbeats, 0U);
    EXPECT_TRUE(window_->accept(heartbeat, at(1s), counts_));
    EXPECT_EQ(counts_.heartbeats, 1U);
}

TEST_F(BenchSendWindow, CountsLatencyFromTheConnectWhereItShall) {
    begin({.in_all = 1, .from_connect = true});
    EXPECT_EQ(send(1s), 1U);
    EXPECT_TRUE(echo(1, 3s));
    EXPECT_EQ(counts_.latency.max(), 3s);
}

TEST_F(BenchSendWindow, AcceptsNoEchoOfWhatWasNotSent) {
    begin();
    EXPECT_EQ(send(1s, 68), 1U);
    const auto piece = window_->fill(out_);
    wire_.insert(wire_.end(), piece.bytes.begin(), piece.bytes.end());
    EXPECT_FALSE(echo(2, 2s));
    EXPECT_EQ(window_->echoes().expected(), 1U);
    EXPECT_EQ(recorded(), 1U);
}

TEST_F(BenchSendWindow, AcceptsNoEchoOfWhatWasSentOnAnotherConnection) {
    begin();
    EXPECT_EQ(send(1s), 2U);
    const auto sent = wire_;
    reconnect(2s);
    wire_ = sent;
    EXPECT_FALSE(echo(1, 3s));
}

TEST_F(BenchSendWindow, IsTheSameStreamInPiecesOfAnySize) {
    struct {
        size_range sizes;
        bench::framing framing;
        std::size_t bytes;  // of ten frames
    } const cases[] = {{{0, 0}, framing::length, 40},
                       {{1, 1}, framing::none, 10},
                       {{5, 5}, framing::none, 50},
                       {{300, 300}, framing::length, 3040}};
    for (const auto& [sizes, framing, bytes] : cases) {
        what_.frame_size = sizes;
        what_.framing = framing;
        what_.pipeline = 10;
        begin({.in_all = 10});
        EXPECT_EQ(send(1s), 10U);
        const auto whole = std::exchange(wire_, {});
        ASSERT_EQ(whole.size(), bytes);
        for (std::size_t room = 1; room < bytes; ++room) {
            begin({.in_all = 10});
            std::uint64_t sent = 0;
            while (wire_.size() < bytes)
                sent += send(1s, std::min(room, bytes - wire_.size()));
            EXPECT_EQ(sent, 10U);
            ASSERT_EQ(wire_, whole) << room;
            EXPECT_FALSE(window_->finished(at(1s)));
            for (auto left = bytes; left > 0; left -= std::min(room, left))
                ASSERT_TRUE(echo_bytes(std::min(room, left), 2s));
            EXPECT_TRUE(window_->finished(at(2s)));
        }
    }
}

TEST_F(BenchSendWindow, EndsWithTheRunAndAllEchoes) {
    begin();
    EXPECT_EQ(send(9s), 2U);
    EXPECT_TRUE(echo(1, 10s));
    EXPECT_EQ(send(10s), 0U);
    EXPECT_FALSE(window_->finished(at(11s)));
    EXPECT_TRUE(echo(1, 11s));
    EXPECT_EQ(send(11s), 0U);
    EXPECT_TRUE(window_->finished(at(11s)));
    EXPECT_EQ(recorded(), 2U);
}

TEST_F(BenchSendWindow, OfANumberOfFramesEndsWithTheLast) {
    begin({.first = 7, .in_all = 3});
    EXPECT_FALSE(window_->stays());
    EXPECT_EQ(send(9s), 2U);
    EXPECT_TRUE(echo(2, 11s));
    EXPECT_FALSE(window_->finished(at(11s)));
    EXPECT_EQ(send(11s), 1U) << "although the run has ended";
    EXPECT_TRUE(window_->sent_all());
    EXPECT_TRUE(echo(1, 12s));
    EXPECT_TRUE(window_->finished(at(12s)));
    EXPECT_EQ(window_->measured(), 3U);
}

TEST_F(BenchSendWindow, MeasuresWhatItSendsAfterTheWarmUp) {
    measure_from(1s);
    begin({.measured = 3});
    EXPECT_EQ(send(0s), 2U);
    EXPECT_TRUE(echo(1, 999ms));
    EXPECT_EQ(send(999ms), 1U);
    EXPECT_EQ(window_->measured(), 0U);
    EXPECT_TRUE(echo(2, 1s));
    EXPECT_EQ(recorded(), 0U);
    EXPECT_EQ(send(1s), 2U);
    EXPECT_TRUE(echo(2, 2s));
    EXPECT_EQ(send(2s), 1U) << "of three";
    EXPECT_TRUE(window_->sent_all());
    EXPECT_TRUE(echo(1, 3s));
    EXPECT_TRUE(window_->finished(at(3s)));
    EXPECT_EQ(window_->measured(), 3U);
    EXPECT_EQ(recorded(), 3U);
}

TEST_F(BenchSendWindow, OfAHugeNumberOfFramesGoesOn) {
    measure_from(1s);
    begin({.measured = unlimited - 1});
    EXPECT_EQ(send(0s), 2U);
    EXPECT_TRUE(echo(2, 1s));
    EXPECT_EQ(send(1s), 2U);
    begin({.first = unlimited - 3, .in_all = unlimited - 1});
    EXPECT_EQ(send(1s), 2U);
    EXPECT_FALSE(window_->sent_all());
}

TEST_F(BenchSendWindow, SendsAgainFromTheFirstFrameWhoseEchoIsNotWhole) {
    what_.pipeline = 3;
    begin();
    EXPECT_EQ(send(1s, 2 * 68 + 1), 3U);
    EXPECT_TRUE(echo_bytes(68 + 10, 2s));
    reconnect(3s);
    EXPECT_EQ(window_->awaited(), 2U);
    EXPECT_EQ(send(4s), 1U) << "beside what is sent again";
    EXPECT_EQ(wire_.size(), 3U * 68U);
    EXPECT_EQ(counts_.interrupted.resent_frames, 2U);
    EXPECT_TRUE(echo(3, 6s));
    EXPECT_EQ(recorded(), 4U);
    EXPECT_EQ(counts_.latency.max(), 5s) << "since it was sent first";
    EXPECT_EQ(counts_.latency.mean(), 3250ms) << "of 1 s, 5 s, 5 s and 2 s";
}

TEST_F(BenchSendWindow, SendsAgainAsOftenAsItMust) {
    measure_from(3s);
    begin({.in_all = 2});
    EXPECT_EQ(send(1s), 2U);
    reconnect(2s);
    EXPECT_EQ(send(2s, 68), 0U);
    reconnect(3s);
    EXPECT_EQ(counts_.interrupted.resent_frames, 0U) << "in the warm-up";
    EXPECT_EQ(send(3s), 0U);
    EXPECT_EQ(counts_.interrupted.resent_frames, 2U);
    reconnect(11s);
    EXPECT_EQ(send(11s), 0U);
    EXPECT_EQ(wire_.size(), 2U * 68U);
    EXPECT_EQ(counts_.interrupted.resent_frames, 2U) << "after the end";
    EXPECT_TRUE(echo(2, 12s));
    EXPECT_TRUE(window_->finished(at(12s)));
}

class BenchSendWindowWithARate : public BenchSendWindow {
  protected:
    BenchSendWindowWithARate() { what_.rate = 1000; }
};

TEST_F(BenchSendWindowWithARate, LetsOutWhatIsDue) {
    what_.pipeline = 10;
    begin();
    EXPECT_EQ(send(0ms), 1U);
    EXPECT_EQ(send(999us), 0U);
    EXPECT_EQ(send(1ms), 1U);
    EXPECT_EQ(send(4ms), 3U);
    EXPECT_TRUE(echo(5, 5ms));
    EXPECT_EQ(counts_.latency.max(), 5ms);
    EXPECT_EQ(counts_.latency.min(), 1ms) << "since they were due";
    EXPECT_EQ(send(20ms), 10U);
}

TEST_F(BenchSendWindowWithARate, TellsWhetherTheNextFrameHasRoomAndWhenItIsDue) {
    begin({.measured = 3});
    EXPECT_TRUE(window_->has_room());
    EXPECT_EQ(send(0ms), 1U);
    EXPECT_TRUE(window_->has_room());
    EXPECT_EQ(window_->next_due(), at(1ms));
    EXPECT_EQ(send(1ms), 1U);
    EXPECT_FALSE(window_->has_room()) << "in the pipeline";
    EXPECT_TRUE(echo(2, 1ms));
    EXPECT_TRUE(window_->has_room());
    EXPECT_EQ(window_->next_due(), at(2ms));
    EXPECT_EQ(send(2ms), 1U);
    EXPECT_TRUE(echo(1, 2ms));
    EXPECT_FALSE(window_->has_room()) << "there are no more";
}

TEST_F(BenchSendWindowWithARate, HasNothingDueWhileTheRunHasNoStart) {
    what_.connections = 2;
    times_ = {};
    const plan run(what_, {});
    const send_window second(run, times_, hiccup_, 1, {});
    EXPECT_TRUE(second.has_room());
    EXPECT_EQ(second.next_due(), time_point::max());
    times_.start = at(0s);
    EXPECT_EQ(second.next_due(), at(1ms));
}

TEST_F(BenchSendWindowWithARate, LetsOutNothingThatIsDueAtTheEndItself) {
    what_.rate = 1;
    what_.pipeline = 100;
    begin();
    EXPECT_EQ(send(15s), 10U);
}

TEST_F(BenchSendWindowWithARate, LetsOutAtTheEndWhatWasDueAndHasRoom) {
    what_.rate = 1;
    begin();
    EXPECT_EQ(send(0s), 1U);
    EXPECT_EQ(send(15s), 1U);
    EXPECT_TRUE(echo(2, 16s));
    EXPECT_EQ(send(16s), 0U) << "it had no room at the end";
    EXPECT_TRUE(window_->finished(at(16s)));
}

TEST_F(BenchSendWindowWithARate, LeavesUnsentWhatTheWarmUpHadNoRoomFor) {
    measure_from(1s);
    begin({.measured = 4});
    EXPECT_EQ(send(10ms), 2U);
    EXPECT_EQ(counts_.send_lag.count(), 0U);
    EXPECT_EQ(send(1s), 0U);
    EXPECT_EQ(window_->next_due(), at(1s));
    EXPECT_TRUE(echo(2, 1001ms));
    EXPECT_EQ(recorded(), 0U);
    EXPECT_EQ(send(1001ms), 2U) << "due at 1 s and at 1.001 s";
    EXPECT_TRUE(echo(2, 1002ms));
    EXPECT_EQ(counts_.latency.max(), 2ms);
    EXPECT_EQ(counts_.latency.min(), 1ms);
}

TEST_F(BenchSendWindowWithARate, BeginsToMeasureWithTheEchoThatMakesRoom) {
    measure_from(1s);
    begin();
    EXPECT_EQ(send(10ms), 2U);
    EXPECT_TRUE(echo(1, 1s));
    EXPECT_EQ(send(1s), 1U);
    EXPECT_EQ(window_->measured(), 1U) << "as if it had been looked at just before";
}

TEST_F(BenchSendWindowWithARate, IsExactAfterADayOfTheHighestRate) {
    what_.rate = 1'000'000'000;
    measure_from(24h);
    times_.end = at(48h);
    begin();
    EXPECT_EQ(send(0s), 1U);
    EXPECT_EQ(send(24h), 1U);
    EXPECT_TRUE(echo(2, 24h));
    EXPECT_EQ(send(24h + 1ns), 2U);
    EXPECT_TRUE(echo(2, 24h + 2ns));
    EXPECT_EQ(counts_.latency.max(), 2ns);
}

TEST_F(BenchSendWindowWithARate, LagCountsFromWhenAFrameWasDue) {
    begin();
    EXPECT_EQ(send(7ms), 2U);
    EXPECT_EQ(counts_.send_lag.max(), 7ms);
    EXPECT_EQ(counts_.send_lag.min(), 6ms);
}

TEST_F(BenchSendWindowWithARate, LagIsThatOfAHiccupWhereRoomCameOnlyBehindIt) {
    begin();
    hiccup_.note(at(1ms), at(101ms));
    EXPECT_EQ(send(101ms), 2U);
    EXPECT_TRUE(echo(2, 102ms));
    counts_ = {};
    EXPECT_EQ(send(102ms), 2U) << "due at 2 ms and at 3 ms";
    EXPECT_EQ(counts_.send_lag.max(), 99ms);
    EXPECT_EQ(counts_.send_lag.min(), 98ms);
}

TEST_F(BenchSendWindowWithARate, LagCountsFromTheEchoThatMadeRoom) {
    begin();
    EXPECT_EQ(send(1ms), 2U);
    EXPECT_TRUE(echo(1, 50ms));
    counts_ = {};
    EXPECT_EQ(send(53ms), 1U);
    EXPECT_EQ(counts_.send_lag.max(), 3ms);
}

TEST_F(BenchSendWindowWithARate, LagIsWholeOfAFrameThatHadRoomEarlier) {
    what_.pipeline = 3;
    begin();
    EXPECT_EQ(send(0ms), 1U);
    EXPECT_TRUE(echo(1, 30ms));
    counts_ = {};
    EXPECT_EQ(send(40ms), 3U);
    EXPECT_EQ(counts_.send_lag.max(), 39ms) << "due at 1 ms";
    EXPECT_EQ(counts_.send_lag.min(), 10ms) << "had room at 30 ms";
}

TEST_F(BenchSendWindowWithARate, LagCountsFromWhenTheSocketWasNoLongerFull) {
    begin();
    EXPECT_EQ(send(0ms, 1), 1U);
    counts_ = {};
    window_->unblock(at(20ms));
    EXPECT_EQ(send(22ms), 1U);
    EXPECT_EQ(counts_.send_lag.max(), 2ms);
}

TEST_F(BenchSendWindowWithARate, LagCountsFromANewConnection) {
    begin();
    EXPECT_EQ(send(0ms), 1U);
    reconnect(30ms);
    counts_ = {};
    EXPECT_EQ(send(34ms), 1U);
    EXPECT_EQ(counts_.send_lag.count(), 1U) << "not of what is sent again";
    EXPECT_EQ(counts_.send_lag.max(), 4ms);
    EXPECT_TRUE(echo(2, 40ms));
    EXPECT_EQ(counts_.latency.max(), 40ms) << "since it was due";
}

}  // namespace
}  // namespace pulsar::bench::send_window_test
