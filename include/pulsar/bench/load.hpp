#pragma once

#include "pulsar/bench/options.hpp"
#include "pulsar/bench/progress.hpp"
#include "pulsar/bench/result.hpp"

#include <functional>

namespace pulsar::bench {

/// Puts the load on the servers, and returns what was measured. SIGINT or SIGTERM ends it early,
/// and a second one kills the process; while names are looked up and connections are made, it ends
/// at once. Calls `on_progress` once a second, on this thread. Returns within ramp, warm-up,
/// duration, the timeout once before and once after them, and 1 s; a run of a number of frames ends
/// after 5 s without an echo, and without a connection that was made again. A lookup takes what the
/// resolver takes (resolv.conf(5)), and a name with several addresses a timeout for each that is
/// silent.
///
/// Throws std::runtime_error, with one line, if a server cannot be found or no connection be made;
/// cli::usage_error, before any connection, if the sources do not fit.
result run_load(const options& what, const std::function<void(const progress&)>& on_progress);

}  // namespace pulsar::bench
