#pragma once

#include "chaos/toxics.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace pulsar::test {

/// One direction of a connection through a proxy. Never blocks. Errors of a socket are thrown as
/// std::system_error.
class toxic_flow {
  public:
    using clock = std::chrono::steady_clock;

    /// The same `seed` draws the same pieces and delays. The sockets are not owned.
    toxic_flow(int from, int to, const toxics& what, unsigned seed);

    [[nodiscard]] bool wants_to_read() const;
    void read();
    [[nodiscard]] bool wants_to_write(clock::time_point now) const;
    void write();
    /// When it will want to write, if that is for the clock to say.
    [[nodiscard]] std::optional<clock::time_point> next_write() const;

    /// How the limit wants both directions to end now: reset or close.
    [[nodiscard]] std::optional<toxics::end> wants_to_end() const;
    [[nodiscard]] bool stalled() const { return at_limit(toxics::end::stall); }
    void release();
    /// The sender's end-of-stream is here, and the receiver's is sent.
    [[nodiscard]] bool finished() const { return input_ended_ && output_ended_; }

  private:
    struct chunk {
        clock::time_point due;
        std::string bytes;
    };

    [[nodiscard]] bool at_limit(toxics::end how) const;
    [[nodiscard]] std::string_view next_piece();
    void end_output_if_done();

    int from_;
    int to_;
    toxics what_;
    std::mt19937 random_;
    std::deque<chunk> under_way_;
    std::size_t held_ = 0;  // bytes of under_way_
    std::size_t sent_of_chunk_ = 0;
    std::size_t forwarded_ = 0;
    clock::time_point bandwidth_allows_at_;
    bool input_ended_ = false;
    bool output_ended_ = false;
};

}  // namespace pulsar::test
