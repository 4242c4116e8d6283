#pragma once

#include "pulsar/net/address.hpp"
#include "pulsar/net/options.hpp"

#include <chrono>
#include <cstddef>
#include <vector>

namespace pulsar::server {

struct options {
    std::vector<net::address> listen;
    unsigned threads = 1;
    std::size_t max_connections = 10'000;
    std::chrono::milliseconds report_interval{30'000};  ///< zero: never
    std::chrono::milliseconds drain_delay{0};           ///< from the first stop on, serving
    std::chrono::milliseconds drain_timeout{8'000};     ///< zero: cut off at once
    net::listener_options listener;
    net::connection_options connection;
};

}  // namespace pulsar::server
