#pragma once

#include "pulsar/app/config.hpp"
#include "pulsar/cli/option.hpp"
#include "pulsar/net/network.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

/// The codecs that only the daemon has. What they are made for has to outlive them.
namespace pulsar::app {

cli::codec whole_seconds(std::chrono::milliseconds& into);
cli::codec listen_addresses(config& into);
cli::codec networks(std::vector<net::network>& into);
cli::codec address(std::optional<net::address>& into);
cli::codec log_levels(log::levels& into);
cli::codec log_format(log::format& into);

/// An empty path is standard output, which is given as `-`.
cli::codec log_file(std::string& into);
cli::codec unix_mode(std::optional<mode_t>& into);

}  // namespace pulsar::app
