#pragma once

#include "input.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace pulsar::fuzz {

/// Bytes that a peer has to send, by a script's choice. Frames differ by their order.
class scripted_peer {
  public:
    explicit scripted_peer(std::size_t max_payload) : max_payload_(max_payload) {}

    /// A PROXY header, or none, perhaps with one byte changed. It names IPv4 clients at most.
    void add_proxy_header(input& from);
    /// A frame whose size a byte of the script chooses, up to one over the largest.
    void add_frame(input& from);
    /// A length that is too large, without a payload.
    void add_oversize(input& from);
    /// Up to 15 bytes of the script itself.
    void add_raw(input& from);

    /// The next of them, at most so many; all after the last one.
    std::string_view take(std::size_t most);
    std::size_t left() const { return bytes_.size() - taken_; }

  private:
    void add_header(std::size_t size);

    const std::size_t max_payload_;
    std::string bytes_;
    std::size_t taken_ = 0;
    std::size_t frames_ = 0;
};

/// A number of bytes, by one byte of a script: small ones, and those around the sizes of buffers.
std::size_t choose_amount(input& from);

}  // namespace pulsar::fuzz
