#pragma once

#include "pulsar/bench/options.hpp"
#include "pulsar/bench/progress.hpp"
#include "pulsar/bench/result.hpp"

#include <functional>

namespace pulsar::bench {

/// Puts the load on the server, and returns what was measured. SIGINT or SIGTERM ends it early, and
/// a second one kills the process. Calls `on_progress` once a second, on this thread. Returns
/// within warm-up, duration, the timeout once before and once after them, and 1 s; a run of a
/// number of frames ends after 5 s without an echo, and without a connection that was made again.
///
/// Throws std::runtime_error, with one line, if the server cannot be found or no connection be
/// made.
result run_load(const options& what, const std::function<void(const progress&)>& on_progress);

}  // namespace pulsar::bench
