#pragma once

#include <string>
#include <string_view>

namespace pulsar::cli {

/// What `--version` prints: one line with the program's version, the compiler and the versions of
/// Boost, of `others` (as `, spdlog 1.10.0`) and of CLI11.
std::string version_text(std::string_view program, std::string_view others = {});

}  // namespace pulsar::cli
