#pragma once

#include "support/isolated.hpp"

#include <functional>
#include <string>

namespace pulsar::test {

/// Runs `body` in a child process whose network is a loopback interface of its own
/// (network_namespaces(7)): for a daemon that listens on every interface, and for networks that
/// lose packets.
namespace_result in_network_namespace(const std::function<void()>& body);

/// The same for a test that needs IPv6, too: expects the body to pass, or skips the test.
void expect_to_pass_in_network_namespace(const std::function<void()>& body);

/// For the body of such a test: gives it and its children an /etc/hosts of their own (hosts(5)).
/// Throws not_permitted.
void set_hosts(const std::string& lines);

/// The same for /etc/resolv.conf (resolv.conf(5)).
void set_resolver(const std::string& lines);

/// For the body of such a test: gives the loopback interface one more IPv6 address. Throws
/// not_permitted.
void add_ipv6_address(const std::string& address);

/// Whether the loopback interface has ::1.
bool has_ipv6();

}  // namespace pulsar::test
