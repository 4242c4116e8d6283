#pragma once

#include "pulsar/log/log.hpp"
#include "pulsar/server/options.hpp"

namespace pulsar::app {

/// All that flags, environment and file decide, as plain data.
struct config {
    server::options server;
    log::options log;
};

/// What applies where no source says anything. `threads` is the number of CPUs that this process
/// may use (sched_getaffinity(2)), from 1 to 1024.
config default_config();

}  // namespace pulsar::app
