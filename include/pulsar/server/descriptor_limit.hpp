#pragma once

#include "pulsar/server/options.hpp"

#include <cstddef>

namespace pulsar::server {

/// Raises the soft limit on open files to the hard one (getrlimit(2)), and lowers
/// `opts.max_connections`, with a `warn`, to what fits into that, with `kept_back` descriptors for
/// others. Throws std::system_error with EMFILE if not even one connection does.
void fit_descriptor_limit(options& opts, std::size_t kept_back);

}  // namespace pulsar::server
