#include "pulsar/protocol/frame_scanner.hpp"

namespace pulsar::protocol {

scan_result scan(std::span<const std::byte> stream, std::size_t max_payload) noexcept {
    scan_result result;
    while (result.complete < stream.size()) {
        const auto next = decode(stream.subspan(result.complete), max_payload);
        if (next.error != decode_error::none) {
            result.rest = next.error;
            result.announced = next.announced;
            break;
        }
        result.complete += header_size + next.payload.size();
        ++result.frames;
    }
    return result;
}

}  // namespace pulsar::protocol
