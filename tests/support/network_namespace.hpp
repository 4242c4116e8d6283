#pragma once

#include "support/isolated.hpp"

#include <functional>

namespace pulsar::test {

/// Runs `body` in a child process whose network is a loopback interface of its own
/// (network_namespaces(7)): for a daemon that listens on every interface, and for networks that
/// lose packets.
namespace_result in_network_namespace(const std::function<void()>& body);

/// Whether the loopback interface has ::1.
bool has_ipv6();

}  // namespace pulsar::test
