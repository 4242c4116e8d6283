// The scanner against a decoder that goes byte by byte. The input's first two bytes are the largest
// payload accepted; the rest is the stream.

#include "pulsar/protocol/frame_scanner.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

namespace {

using pulsar::protocol::decode_error;
using pulsar::protocol::scan_result;

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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t max_payload = data[0] * std::size_t{256} + data[1];
    const auto stream = std::as_bytes(std::span(data, size)).subspan(2);
    const auto found = pulsar::protocol::scan(stream, max_payload);
    const auto expected = scan_naively(stream, max_payload);
    if (found.complete != expected.complete || found.frames != expected.frames ||
        found.rest != expected.rest || found.announced != expected.announced) {
        std::abort();
    }
    return 0;
}
