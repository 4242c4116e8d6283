#pragma once

#include <cstddef>
#include <optional>

namespace pulsar::system {

/// How many columns the terminal behind `descriptor` has; nothing if it is none, or does not know.
std::optional<std::size_t> terminal_columns(int descriptor) noexcept;

}  // namespace pulsar::system
