#pragma once

#include "pulsar/bench/plan.hpp"

#include <cstdint>
#include <string>

namespace pulsar::bench {

/// Makes the sockets of connection number so-and-so, one after the other.
class connector {
  public:
    /// `run` outlives this.
    connector(const plan& run, std::uint32_t connection) noexcept;

    /// To this connection's server, see bench::begin_connect().
    net::unique_socket begin_connect();

    void accepted() noexcept { server_.accepted(endpoint_); }
    /// Whether there is another endpoint of the server to try at once.
    bool not_accepted() noexcept { return server_.not_accepted(endpoint_); }

    /// What the connection begins with, for its socket, which is connected: nothing, or a PROXY
    /// header with the addresses of both its ends.
    std::string header(int descriptor) const;

    /// What has happened, and of several servers to which: `127.0.0.1:8080: Connection refused`.
    std::string at_server(const std::string& what) const;

  private:
    std::optional<boost::asio::ip::address> source() const;

    const plan& run_;
    const server& server_;
    std::uint32_t connection_;
    std::uint64_t attempts_ = 0;
    std::size_t endpoint_ = 0;
};

}  // namespace pulsar::bench
