#pragma once

#include <algorithm>
#include <cstdint>

namespace pulsar::net {

/// Chooses how a connection that has received something goes on. To wait costs an epoll_ctl and an
/// epoll_wait, for this connection alone. To take a turn behind the other connections and then
/// receive directly costs an epoll_wait that all of them share, and a vain recv if nothing is here
/// by then. So turns are taken as long as they bring something, and tried more and more rarely
/// while they do not.
class turn_policy {
  public:
    /// Something was received. Whether to take a turn; `must` leaves no choice.
    bool on_input(bool must) noexcept {
        if (taken_) waits_if_vain_ = 1;
        taken_ = must || waits_ == 0;
        if (!taken_) --waits_;
        return taken_;
    }

    /// Whether it is a turn that comes next.
    bool taken() const noexcept { return taken_; }

    /// Nothing was received.
    void on_no_input() noexcept {
        if (!taken_) return;
        taken_ = false;
        waits_ = waits_if_vain_;
        waits_if_vain_ = std::min(most_waits, static_cast<std::uint8_t>(waits_if_vain_ * 2 + 1));
    }

  private:
    static constexpr std::uint8_t most_waits = 63;  // between two turns that bring nothing

    std::uint8_t waits_ = 0;          // before a turn is tried again
    std::uint8_t waits_if_vain_ = 1;  // should that turn bring nothing
    bool taken_ = true;               // the first input is looked for in a turn
};

}  // namespace pulsar::net
