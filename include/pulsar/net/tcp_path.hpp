#pragma once

#include <cstdint>

namespace pulsar::net {

/// What the kernel found of the way to a TCP peer (TCP_INFO, tcp(7)).
struct tcp_path {
    std::uint32_t rtt_us = 0;   ///< tcpi_rtt: smoothed, in microseconds
    std::uint32_t retrans = 0;  ///< tcpi_total_retrans: segments sent again
};

}  // namespace pulsar::net
