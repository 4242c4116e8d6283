#pragma once

#include "chaos/toxic_flow.hpp"
#include "chaos/toxics.hpp"
#include "support/client.hpp"
#include "support/fake_server.hpp"
#include "support/unique_fd.hpp"

#include <atomic>
#include <string>

namespace pulsar::test {

/// A TCP proxy on 127.0.0.1 that is a bad network. A thread serves each connection; a reset on one
/// side becomes one on the other.
class proxy {
  public:
    /// The same `seed` makes the same pieces and delays, for each connection others.
    proxy(std::string server, const toxics& to_server, const toxics& to_client, unsigned seed = 1);

    [[nodiscard]] const std::string& address() const { return listener_.address(); }

    /// Ends all stalls; later connections have none.
    void release();

  private:
    void serve(fake_peer& peer);
    void forward(fake_peer& peer, client& upstream);
    void wait(const fake_peer& peer, const client& upstream, toxic_flow& up, toxic_flow& down);

    const std::string server_;
    const toxics to_server_;
    const toxics to_client_;
    const unsigned seed_;
    std::atomic<bool> released_{false};
    unique_fd release_;
    fake_server listener_;
};

}  // namespace pulsar::test
