#pragma once

#include "support/isolated.hpp"

#include <functional>

namespace pulsar::test {

/// Runs `body` in a child process whose network is a loopback interface of its own, for a daemon
/// that listens on every interface (network_namespaces(7)). Failed expectations of the body are
/// printed.
namespace_result in_network_namespace(const std::function<void()>& body);

/// Whether the loopback interface has ::1.
bool has_ipv6();

}  // namespace pulsar::test
