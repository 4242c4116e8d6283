#include "pulsar/bench/frame_pattern.hpp"
#include "pulsar/protocol/frame.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace pulsar::bench::frame_pattern_test {
namespace {

using bytes = std::vector<std::byte>;

bytes whole(const frame_pattern& pattern, const frame_pattern::frame& frame) {
    bytes out(frame.size());
    pattern.write(out, frame, 0);
    return out;
}

TEST(BenchFramePattern, MakesFramesOfTheProtocol) {
    const frame_pattern pattern({0, 100'000});
    for (std::uint64_t i = 0; i < 200; ++i) {
        const auto frame = pattern.at(3, i);
        const auto decoded = protocol::decode(whole(pattern, frame), 100'000);
        EXPECT_EQ(decoded.error, protocol::decode_error::none);
        EXPECT_EQ(decoded.announced, frame.payload_size);
    }
}

TEST(BenchFramePattern, DrawsEverySizeOfTheRangeAndNoOther) {
    const frame_pattern pattern({10, 19});
    std::set<std::uint32_t> drawn;
    for (std::uint64_t i = 0; i < 1000; ++i)
        drawn.insert(pattern.at(1, i).payload_size);
    EXPECT_EQ(drawn.size(), 10U);
    EXPECT_EQ(*drawn.begin(), 10U);
    EXPECT_EQ(*drawn.rbegin(), 19U);
    EXPECT_EQ(frame_pattern({0, 1U << 30}).at(0, 0).payload_size, 0U);
}

TEST(BenchFramePattern, EachFrameDiffersFromAllOthers) {
    const frame_pattern pattern({8, 8});
    std::set<bytes> seen;
    for (std::uint32_t connection = 0; connection < 100; ++connection) {
        for (std::uint64_t i = 0; i < 100; ++i)
            seen.insert(whole(pattern, pattern.at(connection, i)));
    }
    EXPECT_EQ(seen.size(), 10'000U);
}

TEST(BenchFramePattern, NeighboursDifferEvenIfTheyAreOneByteLong) {
    const frame_pattern pattern({1, 1});
    for (std::uint64_t i = 0; i < 300; ++i)
        EXPECT_NE(whole(pattern, pattern.at(0, i)), whole(pattern, pattern.at(0, i + 1)));
}

TEST(BenchFramePattern, AnyPieceIsThatOfTheWhole) {
    const frame_pattern pattern({40'000, 40'000});
    const auto frame = pattern.at(5, 77);
    const auto all = whole(pattern, frame);
    for (std::size_t from = 0; from < all.size(); from += 1 + from / 3) {
        for (std::size_t size = 1; from + size <= all.size(); size = size * 2 + 1) {
            bytes piece(size);
            pattern.write(piece, frame, from);
            const auto expected = std::span(all).subspan(from, size);
            ASSERT_TRUE(std::ranges::equal(piece, expected)) << from << ' ' << size;
            ASSERT_EQ(pattern.match(piece, frame, from), size);
        }
    }
}

TEST(BenchFramePattern, WithoutFramingBeginsBehindTheHeader) {
    EXPECT_EQ(frame_pattern({1, 9}).begin(), 0U);
    EXPECT_TRUE(frame_pattern({1, 9}).has_heartbeats());
    EXPECT_EQ(frame_pattern({1, 9}, framing::none).begin(), protocol::header_size);
    EXPECT_FALSE(frame_pattern({1, 9}, framing::none).has_heartbeats());
}

TEST(BenchFramePattern, FindsTheByteThatIsWrong) {
    const frame_pattern pattern({20'000, 20'000});
    const auto frame = pattern.at(0, 0);
    const auto all = whole(pattern, frame);
    for (std::size_t wrong = 0; wrong < all.size(); wrong += 1 + wrong / 5) {
        auto copy = all;
        copy[wrong] ^= std::byte{1};
        ASSERT_EQ(pattern.match(copy, frame, 0), wrong);
    }
}

}  // namespace
}  // namespace pulsar::bench::frame_pattern_test
