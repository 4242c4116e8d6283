#include "pulsar/net/echo_buffer.hpp"
#include "pulsar/net/event_loop.hpp"
#include "pulsar/protocol/frame_scanner.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace pulsar::net::echo_buffer_test {
namespace {

using pulsar::net::echo_buffer;
using pulsar::net::event_loop;
using bytes = std::vector<std::byte>;

constexpr std::size_t max_payload = 200'000;

bytes copy(std::span<const std::byte> view) {
    return {view.begin(), view.end()};
}

/// One connection without a socket: what comes in, in pieces, must go out as it is.
class echo {
  public:
    /// Receives the next bytes of `stream` as the buffer has room for, at most `n`; sends at most
    /// `taken` of the frames that are whole then. The number of bytes received.
    std::size_t round(std::span<const std::byte> stream, std::size_t n, std::size_t taken) {
        const auto room = buffer.prepare(scratch, frame_size);
        n = std::min({n, stream.size(), room.size()});
        std::copy_n(stream.begin(), n, room.begin());
        buffer.received(n);
        const auto input = buffer.input();
        const auto found = pulsar::protocol::scan(input, max_payload);
        const auto rest = input.size() - found.complete;
        frame_size = rest < pulsar::protocol::header_size
                         ? 0
                         : pulsar::protocol::header_size + found.announced;
        const auto sent = std::min(taken, found.complete);
        output.insert(output.end(), input.begin(),
                      input.begin() + static_cast<std::ptrdiff_t>(sent));
        buffer.keep(sent, found.complete, frame_size);
        std::fill(scratch.begin(), scratch.end(), std::byte{0xee});  // as the next connection would
        return n;
    }

    void flush() {
        const auto out = buffer.unsent();
        output.insert(output.end(), out.begin(), out.end());
        buffer.drop_unsent();
    }

    event_loop loop;
    echo_buffer buffer{loop.buffers()};
    bytes scratch = bytes(64 * 1024);
    bytes output;
    std::size_t frame_size = 0;
};

bytes random_stream(std::mt19937& random, std::size_t frames) {
    bytes stream;
    for (std::size_t i = 0; i < frames; ++i) {
        const auto scale = std::size_t{1} << random() % 18;
        bytes payload(random() % scale);
        for (auto& b : payload)
            b = static_cast<std::byte>(random());
        pulsar::protocol::encode(payload, stream);
    }
    return stream;
}

TEST(EchoBuffer, HoldsNothingWhenAllWasSent) {
    echo e;
    bytes stream;
    pulsar::protocol::encode(bytes(100), stream);
    e.round(stream, stream.size(), stream.size());
    EXPECT_TRUE(e.buffer.empty());
    EXPECT_EQ(e.output, stream);
}

TEST(EchoBuffer, KeepsThePartialFrameOnly) {
    echo e;
    bytes stream;
    pulsar::protocol::encode(bytes(100, std::byte{1}), stream);
    pulsar::protocol::encode(bytes(100, std::byte{2}), stream);
    e.round(stream, 150, stream.size());
    EXPECT_TRUE(e.buffer.unsent().empty());
    EXPECT_EQ(copy(e.buffer.partial()), bytes(stream.begin() + 104, stream.begin() + 150));
}

TEST(EchoBuffer, KeepsWhatThePeerDidNotTakeBeforeThePartialFrame) {
    echo e;
    bytes stream;
    pulsar::protocol::encode(bytes(100, std::byte{1}), stream);
    pulsar::protocol::encode(bytes(100, std::byte{2}), stream);
    e.round(stream, 150, 60);
    EXPECT_EQ(copy(e.buffer.unsent()), bytes(stream.begin() + 60, stream.begin() + 104));
    EXPECT_EQ(copy(e.buffer.partial()), bytes(stream.begin() + 104, stream.begin() + 150));
    e.flush();
    EXPECT_FALSE(e.buffer.empty());
    e.buffer.drop_partial();
    EXPECT_TRUE(e.buffer.empty());
}

TEST(EchoBuffer, AnnouncedBytesTakeNoMemory) {
    echo e;
    const auto head = pulsar::protocol::encode_header(max_payload);
    e.round(head, 4, 0);
    EXPECT_EQ(e.buffer.partial().size(), 4u);
    EXPECT_EQ(e.buffer.prepare(e.scratch, e.frame_size).size(), e.scratch.size() - 4);
}

TEST(EchoBuffer, ALongFrameGetsMemoryInProportionToWhatHasArrived) {
    echo e;
    bytes stream;
    pulsar::protocol::encode(bytes(max_payload), stream);
    e.round(stream, 20'000, 0);
    EXPECT_EQ(e.buffer.prepare(e.scratch, e.frame_size).size(), 7 * 20'000u);
    e.round(std::span(stream).subspan(20'000), 140'000, 0);
    EXPECT_EQ(e.buffer.prepare(e.scratch, e.frame_size).size(), stream.size() - 160'000);
}

TEST(EchoBuffer, ALongFrameIsReceivedInPlaceAndNotBeyondItsEnd) {
    echo e;
    bytes stream;
    pulsar::protocol::encode(bytes(max_payload, std::byte{3}), stream);
    const auto end = stream.size();
    pulsar::protocol::encode(bytes(10, std::byte{4}), stream);
    std::size_t at = 0;
    while (at < end) {
        const auto n = e.round(std::span(stream).subspan(at), 50'000, stream.size());
        ASSERT_GT(n, 0u);
        at += n;
        ASSERT_LE(at, end);
    }
    EXPECT_TRUE(e.buffer.empty());
    EXPECT_EQ(e.output, bytes(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(end)));
}

TEST(EchoBuffer, KeepsNothingBehindTheWholeFramesIfToldSo) {
    echo e;
    bytes stream;
    pulsar::protocol::encode(bytes(100, std::byte{1}), stream);
    const auto whole = stream;
    stream.resize(50'000, std::byte{2});
    for (const std::size_t sent : {std::size_t{60}, whole.size()}) {
        const auto room = e.buffer.prepare(e.scratch, 0);
        std::copy(stream.begin(), stream.end(), room.begin());
        e.buffer.received(stream.size());
        e.buffer.truncate(whole.size());
        e.buffer.keep(sent, whole.size(), 0);
        EXPECT_EQ(copy(e.buffer.unsent()),
                  bytes(whole.begin() + static_cast<std::ptrdiff_t>(sent), whole.end()));
        EXPECT_TRUE(e.buffer.partial().empty());
        e.buffer.drop_unsent();
        EXPECT_TRUE(e.buffer.empty());
    }
}

TEST(EchoBuffer, AnyPiecesAndAnyPartialWritesEchoTheStream) {
    for (std::uint32_t seed = 0; seed < 60; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random(seed);
        const auto stream = random_stream(random, 60);
        const auto piece = [&] {
            return std::size_t{1} + random() % (std::size_t{1} << random() % 18);
        };
        echo e;
        for (std::size_t at = 0; at < stream.size() || !e.buffer.unsent().empty();) {
            if (e.buffer.unsent().empty()) {
                at += e.round(std::span(stream).subspan(at), piece(), piece());
            } else {
                e.flush();
            }
        }
        ASSERT_EQ(e.output, stream);
        EXPECT_TRUE(e.buffer.empty());
    }
}

}  // namespace
}  // namespace pulsar::net::echo_buffer_test
