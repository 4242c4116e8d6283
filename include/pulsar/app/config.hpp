#pragma once

#include "pulsar/log/log.hpp"
#include "pulsar/net/address.hpp"
#include "pulsar/server/options.hpp"

#include <optional>

namespace pulsar::app {

/// All that flags, environment and file decide, as plain data.
struct config {
    server::options server;
    std::optional<net::address> admin{};  ///< where to answer HTTP; none: nowhere
    log::options log;
};

/// What applies where no source says anything. `threads` is system::cpu_count(), at most 1024.
config default_config();

}  // namespace pulsar::app
