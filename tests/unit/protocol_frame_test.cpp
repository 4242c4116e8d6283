#include "pulsar/protocol/frame.hpp"

#include <gtest/gtest.h>

namespace pulsar::protocol::frame_test {
namespace {

using namespace pulsar::protocol;
using bytes = std::vector<std::byte>;

bytes every_byte_value() {
    bytes all;
    for (int i = 0; i < 256; ++i)
        all.push_back(static_cast<std::byte>(i));
    return all;
}

bytes encoded(const bytes& payload) {
    bytes out;
    encode(payload, out);
    return out;
}

TEST(Frame, HeaderIsBigEndian) {
    const header expected{std::byte{0x01}, std::byte{0x02}, std::byte{0x03}, std::byte{0x04}};
    EXPECT_EQ(encode_header(0x01020304), expected);
    EXPECT_EQ(decode_header(expected), 0x01020304u);
}

TEST(Frame, HeaderRoundTripsAtTheEdges) {
    for (const std::uint32_t size :
         {0u, 1u, 255u, 256u, 65535u, 65536u, 0x7fffffffu, 0xffffffffu}) {
        EXPECT_EQ(decode_header(encode_header(size)), size);
    }
}

TEST(Frame, PayloadRoundTrips) {
    for (const auto& payload : {bytes{}, bytes{std::byte{0}}, every_byte_value(), bytes(70'000)}) {
        const auto frame = encoded(payload);
        ASSERT_EQ(frame.size(), header_size + payload.size());
        const auto got = decode(frame, payload.size());
        EXPECT_EQ(got.error, decode_error::none);
        EXPECT_EQ(bytes(got.payload.begin(), got.payload.end()), payload);
    }
}

TEST(Frame, DecodesTheFirstOfSeveral) {
    auto stream = encoded({std::byte{7}});
    encode(every_byte_value(), stream);
    const auto got = decode(stream, 1024);
    EXPECT_EQ(got.error, decode_error::none);
    EXPECT_EQ(bytes(got.payload.begin(), got.payload.end()), bytes{std::byte{7}});
}

TEST(Frame, EveryCutIsIncomplete) {
    const auto frame = encoded(every_byte_value());
    for (std::size_t cut = 0; cut < frame.size(); ++cut) {
        const auto got = decode(std::span(frame).first(cut), 1024);
        EXPECT_EQ(got.error, decode_error::incomplete) << cut;
        EXPECT_EQ(got.announced, cut < header_size ? 0u : 256u) << cut;
        EXPECT_TRUE(got.payload.empty());
    }
}

TEST(Frame, AnnouncingMoreThanAcceptedIsTooLargeBeforeThePayloadIsHere) {
    const auto head = encode_header(1025);
    const auto got = decode(head, 1024);
    EXPECT_EQ(got.error, decode_error::too_large);
    EXPECT_EQ(got.announced, 1025u);
    EXPECT_EQ(decode(head, 1025).error, decode_error::incomplete);
}

TEST(Frame, HeartbeatIsTheFrameOfItsPayload) {
    const auto frame = heartbeat_frame();
    const std::string_view expected("\0\0\0\x09HEARTBEAT", 13);
    ASSERT_EQ(frame.size(), expected.size());
    for (std::size_t i = 0; i < frame.size(); ++i) {
        EXPECT_EQ(std::to_integer<char>(frame[i]), expected[i]) << i;
    }
}

}  // namespace
}  // namespace pulsar::protocol::frame_test
