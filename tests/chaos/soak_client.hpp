#pragma once

#include "chaos/soak_plan.hpp"
#include "support/client.hpp"
#include "support/json.hpp"

#include <chrono>
#include <cstddef>
#include <poll.h>
#include <random>
#include <string>

namespace pulsar::test {

/// A client that follows its plan without blocking, and the model of what the daemon may have done
/// with it. Used by one thread at a time.
class soak_client {
  public:
    using clock = std::chrono::steady_clock;

    /// `from` is what it binds to, with port 0.
    soak_client(const std::string& address, const std::string& from, std::size_t max_frame_size,
                soak_plan plan);

    /// What to poll for now; a negative descriptor if nothing.
    [[nodiscard]] pollfd wish(clock::time_point now) const;
    /// When it goes on though nothing happens.
    [[nodiscard]] clock::time_point wakes_at(clock::time_point now) const;
    void advance(short events, clock::time_point now);
    [[nodiscard]] bool ended() const { return ended_; }

    [[nodiscard]] const std::string& local_address() const { return local_address_; }
    /// How the stream that was received, or the event `closed` of this connection, differs from
    /// what the contract allows; empty: not at all.
    [[nodiscard]] std::string fault(const event& closed) const;

  private:
    void send(clock::time_point now);
    void receive(clock::time_point now);
    void go_on();
    [[nodiscard]] bool wants_to_leave() const;
    [[nodiscard]] bool sending() const { return !ended_ && sent_ < plan_.stream.size(); }
    std::chrono::microseconds up_to(std::chrono::microseconds longest);

    const std::size_t max_frame_size_;
    const soak_plan plan_;
    std::mt19937 random_;
    client socket_;
    const std::string local_address_;
    std::size_t owed_ = 0;  // bytes of the echoes of the whole stream
    std::size_t sent_ = 0;
    std::string received_;
    std::string error_;
    clock::time_point sends_at_;
    clock::time_point receives_at_;
    bool sent_fin_ = false;
    bool ended_ = false;
};

}  // namespace pulsar::test
