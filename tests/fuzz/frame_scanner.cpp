// The scanner against a decoder that goes byte by byte. The input's first two bytes are the largest
// payload accepted; the rest is the stream.

#include "pulsar/protocol/frame_scanner.hpp"

#include "require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace {

namespace protocol = pulsar::protocol;
using protocol::decode_error;
using protocol::scan_result;
using pulsar::fuzz::require;

scan_result scan_naively(std::span<const std::byte> stream, std::size_t max_payload) {
    scan_result result;
    std::size_t header_bytes = 0;
    std::uint64_t announced = 0;
    std::uint64_t missing = 0;
    for (std::size_t i = 0; i < stream.size(); ++i) {
        if (header_bytes < 4) {
            announced = announced * 256 + std::to_integer<unsigned>(stream[i]);
            if (++header_bytes < 4) continue;
            missing = announced;
            if (announced > max_payload) break;
        } else {
            --missing;
        }
        if (missing > 0) continue;
        result.complete = i + 1;
        ++result.frames;
        header_bytes = 0;
        announced = 0;
    }
    if (result.complete == stream.size()) return result;
    result.rest = decode_error::incomplete;
    if (header_bytes < 4) return result;
    result.announced = static_cast<std::uint32_t>(announced);
    if (announced > max_payload) result.rest = decode_error::too_large;
    return result;
}

void check_same(const scan_result& found, const scan_result& expected) {
    require(found.complete == expected.complete);
    require(found.frames == expected.frames);
    require(found.rest == expected.rest);
    require(found.announced == expected.announced);
}

/// To go on where a first scan ended, with more bytes by then, is to scan it all at once.
void check_in_two_pieces(std::span<const std::byte> stream, std::size_t first,
                         std::size_t max_payload, const scan_result& whole) {
    const auto before = protocol::scan(stream.first(first), max_payload);
    auto after = protocol::scan(stream.subspan(before.complete), max_payload);
    after.complete += before.complete;
    after.frames += before.frames;
    check_same(after, whole);
}

/// Its payloads, encoded again, are the stream.
void check_encoding(std::span<const std::byte> stream, const scan_result& whole,
                    std::size_t max_payload) {
    std::vector<std::byte> again;
    for (std::size_t i = 0; i < whole.frames; ++i) {
        const auto next = protocol::decode(stream.subspan(again.size()), max_payload);
        require(next.error == decode_error::none && next.announced == next.payload.size());
        protocol::encode(next.payload, again);
    }
    require(std::ranges::equal(again, stream.first(whole.complete)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t max_payload = data[0] * std::size_t{256} + data[1];
    const auto stream = std::as_bytes(std::span(data, size)).subspan(2);
    const auto expected = scan_naively(stream, max_payload);
    check_same(protocol::scan(stream, max_payload), expected);
    check_in_two_pieces(stream, stream.size() / 2, max_payload, expected);
    check_encoding(stream, expected, max_payload);
    return 0;
}
