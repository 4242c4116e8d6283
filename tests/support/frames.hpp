#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pulsar::test {

/// The wire format once more, as naive as it can be, so that a fault of the daemon's decoder is not
/// repeated in the tests.
std::string header(std::uint32_t length);
std::string frame(std::string_view payload);
inline const std::string heartbeat = frame("HEARTBEAT");

/// The first frame of `bytes`, header included; empty when it is incomplete.
std::string_view first_frame(std::string_view bytes);

/// What a server owes for `sent`: the complete frames before the first that is cut or too large.
std::string_view complete_frames(std::string_view sent, std::size_t max_frame_size = 1 << 20);

struct stream_check {
    std::size_t frames = 0;      ///< whole frames echoed
    std::size_t heartbeats = 0;  ///< whole ones between them
    std::size_t partial = 0;     ///< bytes after the last whole frame
    std::string problem;         ///< empty: `received` is right so far
};

/// Whether `received` is a prefix of the echo of `sent` with HEARTBEATs at frame boundaries only.
stream_check check_echo(std::string_view sent, std::string_view received);

}  // namespace pulsar::test
