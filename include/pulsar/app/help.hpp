#pragma once

#include <cstddef>
#include <string>

namespace pulsar::app {

/// What `--help` prints on lines of `width` columns.
std::string help_text(std::size_t width);

}  // namespace pulsar::app
