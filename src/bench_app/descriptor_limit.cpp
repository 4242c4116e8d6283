#include "pulsar/bench_app/descriptor_limit.hpp"

#include "pulsar/cli/usage_error.hpp"
#include "pulsar/net/open_files.hpp"

#include <string>

namespace pulsar::bench_app {

namespace {

// Standard streams, the files of the result, the signal pipe, and what the resolver opens for a
// moment.
constexpr std::size_t descriptors_besides = 16;

}  // namespace

void fit_descriptor_limit(const bench::options& what) {
    const auto limit = net::raise_open_files_limit();
    const auto reserved = descriptors_besides + net::descriptors_per_loop * (what.threads + 1);
    const auto room = limit > reserved ? limit - reserved : 0;
    if (what.connections <= room) return;
    throw cli::bad_value("--connections", std::to_string(what.connections),
                         "expected at most " + std::to_string(room) + " with a limit of " +
                             std::to_string(limit) + " open files (ulimit -n)");
}

}  // namespace pulsar::bench_app
