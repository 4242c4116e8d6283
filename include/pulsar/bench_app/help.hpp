#pragma once

#include <cstddef>
#include <string>

namespace pulsar::bench_app {

/// What `--help` prints on lines of `width` columns.
std::string help_text(std::size_t width);

}  // namespace pulsar::bench_app
