#pragma once

#include "contract.hpp"
#include "input.hpp"
#include "pulsar/net/connection_record.hpp"
#include "pulsar/net/event_loop.hpp"
#include "pulsar/net/listener_record.hpp"
#include "pulsar/net/options.hpp"
#include "scripted_peer.hpp"
#include "scripted_socket.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace pulsar::fuzz {

/// The life of one connection. Input: five bytes choose the options, the sixth what is there at the
/// start, the seventh the end, the next one the PROXY header where one is due; then operations of a
/// byte, whose low four bits choose which, with the bytes that it takes behind it. With the highest
/// bit the connection does not run after it.
class script final : net::connection_observer {
  public:
    explicit script(input from);

    void play();

  private:
    void on_closed(net::connection_record&) noexcept override;

    void serve();
    void step(std::uint8_t operation);
    void fail_something();
    void move_time(std::uint8_t choice, bool at_once);
    void pass(std::chrono::nanoseconds time);
    void drain();
    void cut_off();
    void finish();

    /// Runs the connection as long as there is something to do, or `most` times.
    void run(int most = 1 << 30);

    input input_;
    const net::connection_options options_;
    const std::uint8_t start_;
    const std::uint8_t end_;
    const bool proxied_;
    net::listener_record listener_{"listener"};
    net::connection_record record_;
    contract contract_;
    scripted_socket socket_{contract_};
    scripted_peer peer_;
    bool acknowledges_ = false;
    int closed_ = 0;
};

}  // namespace pulsar::fuzz
