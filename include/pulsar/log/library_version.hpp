#pragma once

#include <string_view>

namespace pulsar::log {

/// The version of spdlog that this was built with, for `--version`: "1.10.0".
std::string_view library_version() noexcept;

}  // namespace pulsar::log
