#pragma once

#include "pulsar/bench/server.hpp"

#include <boost/asio/ip/address.hpp>

#include <deque>
#include <vector>

namespace pulsar::bench {

/// Leaves of each server the endpoints that the sources can connect to. Throws cli::usage_error
/// where there are none, or a source cannot be one.
void fit_to_sources(std::deque<server>& servers,
                    const std::vector<boost::asio::ip::address>& sources);

}  // namespace pulsar::bench
