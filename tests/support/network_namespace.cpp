#include "support/network_namespace.hpp"

#include "support/unique_fd.hpp"

#include <cstring>
#include <fstream>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace pulsar::test {

namespace {

/// As root of it, we keep our rights over the network through an exec (user_namespaces(7)).
bool enter_user_namespace() {
    const auto user = std::to_string(::getuid());
    const auto group = std::to_string(::getgid());
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
    std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
    return true;
}

bool enter_network_namespace() {
    if (::unshare(CLONE_NEWNET) != 0 && !enter_user_namespace()) return false;
    const unique_fd any(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq loopback{};
    std::strcpy(loopback.ifr_name, "lo");
    loopback.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
    return ::ioctl(any.get(), SIOCSIFFLAGS, &loopback) == 0;
}

}  // namespace

namespace_result in_network_namespace(const std::function<void()>& body) {
    return in_isolated_child(enter_network_namespace, body);
}

bool has_ipv6() {
    const unique_fd probe(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    return ::bind(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace pulsar::test
