#pragma once

#include <string>

namespace pulsar::test {

// What makes the loopback interface of a network namespace a bad network. What is forbidden here,
// or has no tool, is thrown as not_permitted.

/// While it exists, every packet that this rule of nft(8) counts and drops is lost. Expects that
/// some were.
class packet_loss {
  public:
    explicit packet_loss(const std::string& rule);
    ~packet_loss() { end(); }
    packet_loss(const packet_loss&) = delete;
    packet_loss& operator=(const packet_loss&) = delete;

    void end();

  private:
    bool ended_ = false;
};

/// Of all packets.
std::string percent(int lost);
inline const std::string all_packets = "counter drop";

/// By the token bucket of tc-tbf(8), which drops what would wait for longer than 50 ms.
void limit_rate(const std::string& rate);
/// Expects that packets have had to wait for it.
void expect_limited_rate();

/// Retransmissions after which the kernel gives a connection up (tcp_retries2, tcp(7)).
void limit_retransmissions(int count);

}  // namespace pulsar::test
