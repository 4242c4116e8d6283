#pragma once

#include "support/deadline.hpp"
#include "support/unique_fd.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

namespace pulsar::test {

/// A stream socket to the daemon. Every call ends by a deadline; failures are thrown as
/// std::system_error, a deadline as ETIMEDOUT.
class client {
  public:
    /// `address` as the daemon logs it: `127.0.0.1:80`, `[::1]:80`, `unix:PATH`, `unix:@NAME`. A
    /// small `receive_buffer` (SO_RCVBUF, bytes) makes back-pressure reach the daemon early.
    /// `from`, an address with port 0, binds our end.
    explicit client(const std::string& address, int receive_buffer = 0,
                    const std::string& from = {});

    void send_all(std::string_view bytes, deadline limit = {});
    /// What the socket takes now, perhaps 0.
    std::size_t send_some(std::string_view bytes);
    /// Sends `unit` again and again until the socket takes nothing for a while, or is reset, which
    /// the next call that receives tells; returns all that was sent, the last unit perhaps in part.
    std::string flood(std::string_view unit);

    std::string receive_exactly(std::size_t count, deadline limit = {});
    /// What is there next, at most so many bytes; empty at end-of-stream.
    std::string receive_some(deadline limit = {}, std::size_t most = 65536);
    std::string receive_until_eof(deadline limit = {});

    struct last_words {
        std::string bytes;
        std::error_code error;  ///< none: end-of-stream
    };
    last_words receive_until_closed(deadline limit = {});

    void shutdown_send();
    /// Closes with a RST.
    void reset();
    void close() { socket_.close(); }

    /// Bytes sent that the peer's kernel has not acknowledged.
    [[nodiscard]] std::size_t unacknowledged() const;
    /// Our end as the daemon logs its peer.
    [[nodiscard]] std::string local_address() const;
    [[nodiscard]] int descriptor() const { return socket_.get(); }

  private:
    void wait_for(short events, const deadline& limit) const;

    unique_fd socket_;
};

/// Whether a client can connect now.
bool accepts(const std::string& address);

}  // namespace pulsar::test
