#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pulsar::fuzz {

/// The bytes that a connection owes its peer, by those that it has received: byte by byte, with all
/// of them kept.
class owed_output {
  public:
    explicit owed_output(std::size_t max_payload) : max_payload_(max_payload) {}

    void receive(std::string_view bytes);
    void add_heartbeat();
    void send(std::size_t bytes) { sent_ += bytes; }

    /// What is to be sent next.
    std::string_view unsent() const { return std::string_view(output_).substr(sent_); }
    /// Received of a frame that is not whole; nothing once it is known to be too large.
    std::size_t partial() const { return partial_.size(); }
    bool too_large() const { return too_large_; }

    std::size_t frames() const { return frames_; }
    std::size_t received() const { return received_; }
    std::size_t counted_in() const { return counted_in_; }  ///< without what is discarded
    /// Where in the stream the latest frame begins, whole or not.
    std::size_t last_frame_at() const { return last_frame_at_; }
    std::size_t most_held() const { return most_held_; }

  private:
    std::uint64_t announced() const;

    const std::size_t max_payload_;
    std::string output_;  // whole frames and heartbeats
    std::string partial_;
    std::size_t sent_ = 0;
    std::size_t frames_ = 0;
    std::size_t received_ = 0;
    std::size_t counted_in_ = 0;
    std::size_t last_frame_at_ = 0;
    std::size_t most_held_ = 0;
    bool too_large_ = false;
};

}  // namespace pulsar::fuzz
