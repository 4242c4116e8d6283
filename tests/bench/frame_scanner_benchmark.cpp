#include "pulsar/protocol/frame_scanner.hpp"

#include <benchmark/benchmark.h>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

using namespace pulsar::protocol;
using bytes = std::vector<std::byte>;

constexpr std::size_t max_payload = std::size_t{1} << 20;

bytes whole_frames(std::size_t count, std::size_t payload_size) {
    bytes stream;
    for (std::size_t i = 0; i < count; ++i)
        encode(bytes(payload_size), stream);
    return stream;
}

/// All of a frame but its last byte.
bytes partial_frame(std::size_t payload_size) {
    auto stream = whole_frames(1, payload_size);
    stream.pop_back();
    return stream;
}

/// One scan of `stream`, which is `whole` frames and then `rest`. An item is a frame, whole or not.
/// Bytes are those that are there, not those that are looked at: the scanner reads headers only.
void frame_scan(benchmark::State& state, const bytes& stream, std::size_t whole,
                decode_error rest) {
    const auto check = scan(stream, max_payload);
    if (check.frames != whole || check.rest != rest) {
        state.SkipWithError("the scanner finds other frames than there are");
        return;
    }
    for (auto _ : state) {
        auto found = scan(stream, max_payload);
        benchmark::DoNotOptimize(found);
    }
    const auto frames = whole + (rest == decode_error::none ? 0 : 1);
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(frames));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(stream.size()));
}

BENCHMARK_CAPTURE(frame_scan, one_of_64_bytes, whole_frames(1, 64), 1, decode_error::none);
BENCHMARK_CAPTURE(frame_scan, thousand_of_64_bytes, whole_frames(1000, 64), 1000,
                  decode_error::none);
BENCHMARK_CAPTURE(frame_scan, part_of_1_mebibyte, partial_frame(max_payload), 0,
                  decode_error::incomplete);

}  // namespace
