#include "owed_output.hpp"

#include <algorithm>

namespace pulsar::fuzz {

namespace {

constexpr std::string_view heartbeat("\0\0\0\x09HEARTBEAT", 13);

}  // namespace

std::uint64_t owed_output::announced() const {
    std::uint64_t size = 0;
    for (int i = 0; i < 4; ++i)
        size = size * 256 + static_cast<unsigned char>(partial_[static_cast<std::size_t>(i)]);
    return size;
}

void owed_output::receive(std::string_view bytes) {
    most_held_ = std::max(most_held_, unsent().size() + partial_.size() + bytes.size());
    while (!bytes.empty() && !too_large_) {
        if (partial_.empty()) last_frame_at_ = received_;
        // The header byte by byte, so that nothing behind it is taken for the payload.
        const std::size_t missing = partial_.size() < 4 ? 1 : 4 + announced() - partial_.size();
        const auto part = bytes.substr(0, missing);
        bytes.remove_prefix(part.size());
        partial_ += part;
        received_ += part.size();
        counted_in_ += part.size();
        if (partial_.size() < 4) continue;
        if (announced() > max_payload_) {
            too_large_ = true;
            partial_.clear();
        } else if (partial_.size() == 4 + announced()) {
            output_ += partial_;
            partial_.clear();
            ++frames_;
        }
    }
    received_ += bytes.size();
}

void owed_output::add_heartbeat() {
    output_ += heartbeat;
}

}  // namespace pulsar::fuzz
