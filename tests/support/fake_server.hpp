#pragma once

#include "support/unique_fd.hpp"

#include <cstddef>
#include <functional>
#include <poll.h>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace pulsar::test {

/// The server's end of a connection. A call that cannot go on, because the client has ended the
/// connection or the server is destroyed, throws what ends the behaviour.
class fake_peer {
  public:
    /// Connection `number`, counted from 0. Every call ends once `stop` is readable; it outlives
    /// this.
    fake_peer(unique_fd socket, std::size_t number, const unique_fd& stop);

    [[nodiscard]] std::size_t number() const { return number_; }
    [[nodiscard]] int descriptor() const { return socket_.get(); }

    /// The next whole frame of the client, header included.
    std::string receive_frame();
    /// What has come, at least a byte; empty at the client's end of stream.
    std::string receive_some();
    void send(std::string_view bytes);
    /// Sends every byte apart.
    void dribble(std::string_view bytes);

    /// Waits until the server is destroyed, and reads nothing.
    void hold();
    /// Waits for the client to end the connection, and reads nothing.
    void stall();
    /// Reads all that the client sends until it ends the connection, and answers nothing.
    void ignore();
    /// Closes with a RST.
    void reset();
    /// Closes; where bytes are unread, the kernel makes a RST of it.
    void close();
    /// poll(2), of any descriptors.
    void poll(std::vector<pollfd>& descriptors, int timeout) const;
    /// Sends a FIN, and ignores.
    void finish();

  private:
    std::string receive(std::size_t count);
    void wait_for(short events) const;

    unique_fd socket_;
    std::size_t number_;
    const unique_fd& stop_;
};

/// Sends the next frames back.
void echo(fake_peer& client, int frames);

/// Sends every frame back.
[[noreturn]] void echo_all(fake_peer& client);

/// A server on 127.0.0.1 that treats each connection as a test wants it, on a thread of its own.
class fake_server {
  public:
    /// When it returns, the connection is finished. Called by several threads at a time.
    using behaviour = std::function<void(fake_peer&)>;

    explicit fake_server(behaviour serve);
    ~fake_server();
    fake_server(const fake_server&) = delete;
    fake_server& operator=(const fake_server&) = delete;

    /// `127.0.0.1:PORT`
    [[nodiscard]] const std::string& address() const { return address_; }

  private:
    void accept_connections();
    void serve(unique_fd socket, std::size_t number);

    behaviour serve_;
    unique_fd stop_;
    unique_fd listener_;
    std::string address_;
    std::vector<std::thread> conversations_;  // belongs to acceptor_ while that runs
    std::thread acceptor_;
};

}  // namespace pulsar::test
