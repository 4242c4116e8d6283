#pragma once

#include "pulsar/app/option.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::app {

/// Null for a variable that is not set, like std::getenv.
using environment = std::function<const char*(const std::string& name)>;

/// "PULSAR_HEARTBEAT_INTERVAL" for "heartbeat-interval".
std::string variable_name(std::string_view option);

/// The options that a variable is set for. Other variables that start with PULSAR_ are nobody's
/// mistake: Kubernetes sets PULSAR_SERVICE_HOST for a service of that name.
std::vector<setting> read_environment(const environment& variables);

}  // namespace pulsar::app
