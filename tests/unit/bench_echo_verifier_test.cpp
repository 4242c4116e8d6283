#include "pulsar/bench/echo_verifier.hpp"
#include "pulsar/protocol/frame.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::bench::echo_verifier_test {
namespace {

using bytes = std::vector<std::byte>;

constexpr std::uint32_t us = 4;  // the connection's number

/// What a server sends, put together for a verifier that expects 64-byte frames from number 10 on.
class BenchEchoVerifier : public testing::Test {
  protected:
    bytes echo(std::uint64_t number, std::uint32_t connection = us) const {
        const auto frame = pattern_.at(connection, number);
        bytes out(frame.size());
        pattern_.write(out, frame, 0);
        return out;
    }
    static bytes heartbeat() {
        const auto frame = protocol::heartbeat_frame();
        return {frame.begin(), frame.end()};
    }
    static bytes text(std::string_view what) {
        const auto raw = std::as_bytes(std::span(what));
        return {raw.begin(), raw.end()};
    }
    void send(const bytes& part) { stream_.insert(stream_.end(), part.begin(), part.end()); }

    /// Whether the stream is accepted in pieces of this size, with frames up to 19 sent.
    bool accepts_in(std::size_t piece) {
        verifier_.emplace(pattern_, us, 10);
        for (std::size_t at = 0; at < stream_.size(); at += piece) {
            const auto rest = std::span<const std::byte>(stream_).subspan(at);
            if (!verifier_->accept(rest.first(std::min(piece, rest.size())), 20)) return false;
        }
        return true;
    }

    /// Expects the same answer for pieces of every size.
    void expect_accepted(bool accepted, std::uint64_t next, std::uint64_t heartbeats) {
        for (std::size_t piece = 1; piece <= stream_.size(); ++piece) {
            ASSERT_EQ(accepts_in(piece), accepted) << piece;
            ASSERT_EQ(verifier_->expected(), next) << piece;
            ASSERT_EQ(verifier_->heartbeats(), heartbeats) << piece;
            ASSERT_EQ(verifier_->mismatch().empty(), accepted);
        }
    }

    frame_pattern pattern_{{64, 64}};
    bytes stream_;
    std::optional<echo_verifier> verifier_;
};

TEST_F(BenchEchoVerifier, AcceptsEchoesInOrder) {
    for (const auto number : {10U, 11U, 12U})
        send(echo(number));
    expect_accepted(true, 13, 0);
}

TEST_F(BenchEchoVerifier, CountsHeartbeatsBetweenEchoes) {
    send(heartbeat());
    send(echo(10));
    send(heartbeat());
    send(heartbeat());
    send(echo(11));
    send(heartbeat());
    expect_accepted(true, 12, 4);
}

TEST_F(BenchEchoVerifier, CatchesSwappedEchoes) {
    send(echo(10));
    send(echo(12));
    send(echo(11));
    expect_accepted(false, 11, 0);
}

TEST_F(BenchEchoVerifier, CatchesAMissingEcho) {
    send(echo(10));
    send(echo(12));
    expect_accepted(false, 11, 0);
}

TEST_F(BenchEchoVerifier, CatchesARepeatedEcho) {
    send(echo(10));
    send(echo(10));
    expect_accepted(false, 11, 0);
}

TEST_F(BenchEchoVerifier, CatchesTheEchoOfAnotherConnection) {
    send(echo(10, us + 1));
    expect_accepted(false, 10, 0);
}

TEST_F(BenchEchoVerifier, CatchesAHeartbeatInsideAnEcho) {
    auto cut = echo(10);
    const auto intruder = heartbeat();
    cut.insert(cut.begin() + 30, intruder.begin(), intruder.end());
    send(cut);
    expect_accepted(false, 10, 0);
}

TEST_F(BenchEchoVerifier, CatchesAFlippedBitAnywhere) {
    const auto good = echo(10);
    for (std::size_t at = 0; at < good.size(); ++at) {
        stream_ = good;
        stream_[at] ^= std::byte{0x10};
        expect_accepted(false, 10, 0);
    }
}

TEST_F(BenchEchoVerifier, CatchesABrokenHeartbeat) {
    auto broken = heartbeat();
    broken.back() = std::byte{'X'};
    send(broken);
    send(echo(10));
    expect_accepted(false, 10, 0);
}

TEST_F(BenchEchoVerifier, CatchesTheEchoOfWhatWasNotSent) {
    verifier_.emplace(pattern_, us, 10);
    EXPECT_TRUE(verifier_->accept(echo(10), 11));
    EXPECT_FALSE(verifier_->accept(echo(11), 11));
    EXPECT_EQ(verifier_->expected(), 11U);
}

TEST_F(BenchEchoVerifier, AHeartbeatMayComeInPiecesAroundASend) {
    verifier_.emplace(pattern_, us, 10);
    const auto whole = heartbeat();
    EXPECT_TRUE(verifier_->accept(std::span(whole).first(5), 10));
    EXPECT_TRUE(verifier_->accept(std::span(whole).subspan(5), 11));
    EXPECT_EQ(verifier_->heartbeats(), 1U);
    EXPECT_TRUE(verifier_->accept(echo(10), 11));
    EXPECT_EQ(verifier_->expected(), 11U);
}

TEST_F(BenchEchoVerifier, ShowsWhatCame) {
    verifier_.emplace(pattern_, us, 10);
    EXPECT_FALSE(verifier_->accept(text("HTTP/1.1 400 Bad Request\r\n"), 11));
    EXPECT_NE(verifier_->mismatch().find("frame 10"), std::string::npos);
    EXPECT_NE(verifier_->mismatch().find("\"HTTP/1.1 400 Bad\""), std::string::npos)
        << verifier_->mismatch();
    const auto binary = text(std::string_view("\n\x01\xff\"", 4));
    verifier_.emplace(pattern_, us, 10);
    EXPECT_FALSE(verifier_->accept(binary, 11));
    EXPECT_NE(verifier_->mismatch().find(R"("\n\x01\xff\"")"), std::string::npos)
        << verifier_->mismatch();
}

TEST(BenchEchoVerifierSizes, EmptyFramesAreCounted) {
    const frame_pattern pattern({0, 0});
    echo_verifier verifier(pattern, us, 0);
    const bytes two(8);
    EXPECT_TRUE(verifier.accept(two, 2));
    EXPECT_EQ(verifier.expected(), 2U);
    EXPECT_FALSE(verifier.accept(two, 2));
}

TEST(BenchEchoVerifierSizes, FramesAsLongAsAHeartbeatAreToldFromIt) {
    const frame_pattern pattern({9, 9});
    const auto frame = pattern.at(us, 0);
    bytes echo(frame.size());
    pattern.write(echo, frame, 0);
    const auto heartbeat = protocol::heartbeat_frame();
    bytes stream(heartbeat.begin(), heartbeat.end());
    stream.insert(stream.end(), echo.begin(), echo.end());
    stream.insert(stream.end(), heartbeat.begin(), heartbeat.end());
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
        echo_verifier verifier(pattern, us, 0);
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            const auto size = std::min(piece, stream.size() - at);
            ASSERT_TRUE(verifier.accept(std::span(stream).subspan(at, size), 1));
        }
        EXPECT_EQ(verifier.expected(), 1U);
        EXPECT_EQ(verifier.heartbeats(), 2U);
    }
}

TEST(BenchEchoVerifierWithoutFraming, AcceptsEchoesInPiecesAndNoHeartbeat) {
    const frame_pattern pattern({1, 40}, framing::none);
    bytes stream;
    for (std::uint64_t i = 0; i < 20; ++i) {
        const auto frame = pattern.at(us, i);
        stream.resize(stream.size() + frame.payload_size);
        pattern.write(std::span(stream).last(frame.payload_size), frame, pattern.begin());
    }
    const auto heartbeat = protocol::heartbeat_frame();
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
        echo_verifier verifier(pattern, us, 0);
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            const auto size = std::min(piece, stream.size() - at);
            ASSERT_TRUE(verifier.accept(std::span(stream).subspan(at, size), 20));
        }
        ASSERT_EQ(verifier.expected(), 20U);
        ASSERT_TRUE(verifier.between_frames());
        ASSERT_FALSE(verifier.accept(heartbeat, 20));
        ASSERT_EQ(verifier.mismatch(),
                  R"(what came is not the echo of a frame that was sent and waits for one; )"
                  R"(it differs at "\x00\x00\x00\tHEARTBEAT")");
    }
    echo_verifier verifier(pattern, us, 0);
    EXPECT_FALSE(verifier.accept(std::span(stream).subspan(1), 20));
    EXPECT_EQ(verifier.mismatch().find("heartbeat"), std::string::npos) << verifier.mismatch();
    EXPECT_NE(verifier.mismatch().find("frame 0;"), std::string::npos) << verifier.mismatch();
}

/// As of a server that greets an idle client.
TEST_F(BenchEchoVerifier, TellsWhatCameWhereNothingWasSent) {
    echo_verifier verifier(pattern_, us, 0);
    const std::string_view greeting = "SSH-2.0";
    EXPECT_FALSE(verifier.accept(std::as_bytes(std::span(greeting)), 0));
    EXPECT_EQ(verifier.mismatch(),
              "what came is not the echo of a frame that was sent and waits for one, nor a "
              "heartbeat; it differs at \"SSH-2.0\"");
}

TEST_F(BenchEchoVerifier, ExpectsTheFrameWholeOnANewConnection) {
    const auto whole = echo(10);
    for (std::size_t come = 0; come < whole.size(); ++come) {
        echo_verifier verifier(pattern_, us, 10);
        ASSERT_TRUE(verifier.accept(std::span(whole).first(come), 20));
        verifier.begin_frame();
        ASSERT_TRUE(verifier.accept(whole, 20)) << come;
        ASSERT_EQ(verifier.expected(), 11U);
        ASSERT_TRUE(verifier.accept(heartbeat(), 20));
        ASSERT_EQ(verifier.heartbeats(), 1U);
        // And no more of it than was sent on that connection.
        ASSERT_FALSE(verifier.accept(echo(11), 11));
    }
}

}  // namespace
}  // namespace pulsar::bench::echo_verifier_test
