#pragma once

#include "pulsar/bench/options.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace pulsar::bench {

/// What each frame of a run holds, so that any part of it can be made, and checked, at any time and
/// nothing need be kept. A payload begins with eight bytes that no other frame of the run has (the
/// shorter ones with as many of them as fit), and goes on with a piece of a random table that they
/// pick.
class frame_pattern {
  public:
    /// Of one frame, header included.
    struct frame {
        std::uint64_t id;
        std::uint32_t payload_size;

        std::size_t size() const noexcept { return std::size_t{4} + payload_size; }
    };

    explicit frame_pattern(size_range sizes, bench::framing framing = framing::length);

    /// The offset from which on frames go over the wire: without framing, behind the header.
    std::size_t begin() const noexcept { return begin_; }

    /// Whether a server may send heartbeats: where frames have a header to tell them by.
    bool has_heartbeats() const noexcept { return begin_ == 0; }

    /// Number `sequence` of a connection.
    frame at(std::uint32_t connection, std::uint64_t sequence) const noexcept;

    /// Writes out.size() bytes of the frame from `offset` on, which the frame must have.
    void write(std::span<std::byte> out, const frame& of, std::size_t offset) const noexcept;

    /// How many bytes of `in` are those of the frame from `offset` on, which the frame must have.
    std::size_t match(std::span<const std::byte> in, const frame& of,
                      std::size_t offset) const noexcept;

  private:
    static constexpr std::size_t table_size = 8192;  // stays in the CPU's first cache

    template <typename Visit>
    void pieces(const frame& of, std::size_t offset, std::size_t count, Visit visit) const;

    size_range sizes_;
    std::size_t begin_;
    std::array<std::byte, 2 * table_size> table_;  // twice the same: a piece need not wrap
};

}  // namespace pulsar::bench
