#include "support/frames.hpp"

namespace pulsar::test {

std::string header(std::uint32_t length) {
    std::string bytes;
    for (const int shift : {24, 16, 8, 0})
        bytes += static_cast<char>(length >> shift & 0xff);
    return bytes;
}

std::string frame(std::string_view payload) {
    return header(static_cast<std::uint32_t>(payload.size())) + std::string(payload);
}

namespace {

constexpr std::size_t header_size = 4;

std::size_t announced(std::string_view bytes) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < header_size; ++i) {
        length = length * 256 + static_cast<unsigned char>(bytes[i]);
    }
    return length;
}

}  // namespace

std::string_view first_frame(std::string_view bytes) {
    if (bytes.size() < header_size) return {};
    const std::size_t size = header_size + announced(bytes);
    return size <= bytes.size() ? bytes.substr(0, size) : std::string_view{};
}

std::string_view complete_frames(std::string_view sent, std::size_t max_frame_size) {
    std::size_t end = 0;
    for (;;) {
        const auto next = first_frame(sent.substr(end));
        if (next.empty() || next.size() > header_size + max_frame_size) return sent.substr(0, end);
        end += next.size();
    }
}

stream_check check_echo(std::string_view sent, std::string_view received) {
    stream_check result;
    std::size_t at = 0;
    for (;;) {
        const auto due = first_frame(sent);
        const auto rest = received.substr(at);
        if (!due.empty() && rest.starts_with(due)) {
            ++result.frames;
            sent.remove_prefix(due.size());
            at += due.size();
        } else if (rest.starts_with(heartbeat)) {
            ++result.heartbeats;
            at += heartbeat.size();
        } else {
            result.partial = rest.size();
            if (!due.starts_with(rest) && !heartbeat.starts_with(rest)) {
                result.problem = "neither the echo nor a HEARTBEAT at byte " + std::to_string(at) +
                                 " of " + std::to_string(received.size()) + ", after " +
                                 std::to_string(result.frames) + " frames";
            }
            return result;
        }
    }
}

}  // namespace pulsar::test
