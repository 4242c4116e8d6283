#include "pulsar/protocol/frame_scanner.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace pulsar::protocol::frame_scanner_test {
namespace {

using namespace pulsar::protocol;
using bytes = std::vector<std::byte>;

constexpr std::size_t max_payload = 300;
const std::vector<std::size_t> payload_sizes{0, 1, 5, 0, 256, 300, 3};

bytes stream_of(const std::vector<std::size_t>& sizes) {
    bytes stream;
    for (const auto size : sizes)
        encode(bytes(size, static_cast<std::byte>(size)), stream);
    return stream;
}

TEST(FrameScanner, NothingInNothing) {
    const auto found = scan({}, max_payload);
    EXPECT_EQ(found.complete, 0u);
    EXPECT_EQ(found.frames, 0u);
    EXPECT_EQ(found.rest, decode_error::none);
}

TEST(FrameScanner, EverySplitPointOfAStream) {
    const auto stream = stream_of(payload_sizes);
    std::size_t end = 0;    // of the whole frames before `cut`
    std::size_t index = 0;  // of the frame that `cut` is in
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        if (index < payload_sizes.size() && cut == end + header_size + payload_sizes[index]) {
            end = cut;
            ++index;
        }
        const auto found = scan(std::span(stream).first(cut), max_payload);
        EXPECT_EQ(found.complete, end) << cut;
        EXPECT_EQ(found.frames, index) << cut;
        EXPECT_EQ(found.rest, cut == end ? decode_error::none : decode_error::incomplete) << cut;
        EXPECT_EQ(found.announced, cut < end + header_size ? 0u : payload_sizes[index]) << cut;
    }
}

TEST(FrameScanner, StopsBeforeAFrameThatIsTooLarge) {
    auto stream = stream_of({5, 0});
    const auto before = stream.size();
    for (const auto b : encode_header(max_payload + 1))
        stream.push_back(b);
    stream.resize(stream.size() + 1000);
    const auto found = scan(stream, max_payload);
    EXPECT_EQ(found.complete, before);
    EXPECT_EQ(found.frames, 2u);
    EXPECT_EQ(found.rest, decode_error::too_large);
    EXPECT_EQ(found.announced, max_payload + 1);
}

TEST(FrameScanner, TheLargestLengthIsTooLargeAndDoesNotOverflow) {
    const auto found = scan(encode_header(0xffffffff), std::size_t{1} << 30);
    EXPECT_EQ(found.rest, decode_error::too_large);
    EXPECT_EQ(found.complete, 0u);
}

TEST(FrameScanner, OneByteOfAHeaderIsIncompleteWhateverItAnnounces) {
    const bytes head{std::byte{0xff}, std::byte{0xff}, std::byte{0xff}};
    const auto found = scan(head, max_payload);
    EXPECT_EQ(found.rest, decode_error::incomplete);
    EXPECT_EQ(found.announced, 0u);
}

}  // namespace
}  // namespace pulsar::protocol::frame_scanner_test
