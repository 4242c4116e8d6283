#pragma once

#include "pulsar/cli/option.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::app {

/// Null for a variable that is not set, like std::getenv.
using environment = std::function<const char*(const std::string& name)>;

/// "PULSAR_HEARTBEAT_INTERVAL" for "heartbeat-interval".
std::string variable_name(std::string_view option);

/// The options of the table that a variable is set for. Other variables that start with PULSAR_ are
/// nobody's mistake: Kubernetes sets PULSAR_SERVICE_HOST for a service of that name.
std::vector<cli::setting> read_environment(const environment& variables,
                                           const cli::option_table& table);

}  // namespace pulsar::app
