#pragma once

#include "pulsar/bench/server.hpp"
#include "pulsar/net/address.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace pulsar::bench {

/// Looks addresses up on a thread of its own, as nothing can interrupt getaddrinfo(3). Who does not
/// want to wait any longer destroys this: the thread is left alone then, and its result dropped.
class server_lookup {
  public:
    /// `done` is called on that thread, and never once this is destroyed. Throws
    /// std::runtime_error where no thread can be had.
    server_lookup(std::vector<net::address> targets, std::function<void()> done);
    ~server_lookup();
    server_lookup(const server_lookup&) = delete;
    server_lookup& operator=(const server_lookup&) = delete;

    bool is_done() const;
    /// Once it is done. Throws std::runtime_error with one line that names the address and the
    /// reason.
    std::deque<server> take();

  private:
    struct state;

    std::shared_ptr<state> state_;
};

}  // namespace pulsar::bench
