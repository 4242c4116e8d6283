#pragma once

#include "pulsar/net/deadline_queue.hpp"
#include "pulsar/net/handler_memory.hpp"

#include <boost/intrusive/list.hpp>

#include <cstddef>
#include <span>

namespace pulsar::net {

class event_loop;

/// The memory that one loop's connections receive into: the scratch memory, which all use in turn,
/// and blocks for their echo buffers. Blocks from 4 KiB on are mappings of their own (mmap(2)):
/// each can be given back to the system, where malloc keeps what lies amid memory in use. But a new
/// mapping costs a page fault for each 4 KiB, which more than doubles the price of a large frame;
/// so a block that is given back waits for the next frame. What nobody has needed for half a second
/// goes back to the system, but for 2 MiB, in pieces: no echo waits for more than one of them.
///
/// Belongs to its loop's thread.
class buffer_cache final : public deadline_queue::entry {
  public:
    /// Throws std::bad_alloc.
    explicit buffer_cache(event_loop& loop) : loop_(loop), scratch_(allocate(scratch_size)) {}
    buffer_cache(const buffer_cache&) = delete;
    buffer_cache& operator=(const buffer_cache&) = delete;
    ~buffer_cache() override;

    std::span<std::byte> scratch() const noexcept { return scratch_; }

    /// A block of `size` bytes, or up to an eighth more. Throws std::bad_alloc.
    std::span<std::byte> take(std::size_t size);
    /// The block with `size` bytes, of which the first are those of `block`; from 4 KiB on. Throws
    /// std::bad_alloc, and then `block` stands.
    std::span<std::byte> grow(std::span<std::byte> block, std::size_t size);
    void give_back(std::span<std::byte> block) noexcept;

    void clear() noexcept;  ///< gives all blocks that nobody uses to the system

  private:
    static constexpr std::size_t scratch_size = std::size_t{256} * 1024;

    struct free_block : boost::intrusive::list_base_hook<
                            boost::intrusive::link_mode<boost::intrusive::normal_link>> {
        std::size_t size;
    };

    std::span<std::byte> reuse(std::size_t size) noexcept;
    static std::span<std::byte> allocate(std::size_t size);
    void on_deadline(time_point now) override;
    void free_piece() noexcept;

    event_loop& loop_;
    const std::span<std::byte> scratch_;
    roomy_handler_memory memory_;              // for the call for the next piece
    boost::intrusive::list<free_block> free_;  // each lies in its own block, the latest first
    std::size_t kept_ = 0;
    std::size_t least_kept_ = 0;  // since the deadline before
    bool trimming_ = false;       // memory_ is in use
};

}  // namespace pulsar::net
