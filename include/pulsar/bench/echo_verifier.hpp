#pragma once

#include "pulsar/bench/frame_pattern.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace pulsar::bench {

/// Compares what a connection receives, in pieces of any size, with what it must be: the echoes of
/// its frames in order, and between two of them any number of heartbeats where frames have a
/// header.
class echo_verifier {
  public:
    /// Expects frame `first` of the connection first. `pattern` outlives this.
    echo_verifier(const frame_pattern& pattern, std::uint32_t connection,
                  std::uint64_t first) noexcept;

    /// False at the first byte that is wrong: then the rest was not looked at, and mismatch() tells
    /// what came. An echo of frame `begun` or a later one is wrong: it has not been sent.
    bool accept(std::span<const std::byte> in, std::uint64_t begun);

    /// Expects the next frame from its first byte on, as on a connection that was made anew.
    void begin_frame() noexcept;

    std::uint64_t expected() const noexcept { return sequence_; }  ///< the next frame
    std::uint64_t heartbeats() const noexcept { return heartbeats_; }
    /// Whether what has come ends with a frame or a heartbeat, and not inside one.
    bool between_frames() const noexcept { return offset_ == pattern_.begin(); }
    const std::string& mismatch() const noexcept { return mismatch_; }

  private:
    std::size_t match_echo(std::span<const std::byte> in) const noexcept;
    std::size_t match_heartbeat(std::span<const std::byte> in) const noexcept;
    void describe(std::span<const std::byte> wrong, std::uint64_t begun);

    const frame_pattern& pattern_;
    std::uint32_t connection_;
    std::uint64_t sequence_;
    frame_pattern::frame frame_;
    std::size_t offset_;  // how far this echo has come, or a heartbeat before it
    bool may_be_echo_ = true;
    bool may_be_heartbeat_;
    std::uint64_t heartbeats_ = 0;
    std::string mismatch_;
};

}  // namespace pulsar::bench
