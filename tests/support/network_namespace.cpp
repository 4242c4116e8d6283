#include "support/network_namespace.hpp"

#include "support/deadline.hpp"
#include "support/temp_dir.hpp"
#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <cstring>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdexcept>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>

namespace pulsar::test {

namespace {

bool enter_network_namespace() {
    if (!enter_namespaces(CLONE_NEWNET)) return false;
    const unique_fd any(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq loopback{};
    std::strcpy(loopback.ifr_name, "lo");
    loopback.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
    return ::ioctl(any.get(), SIOCSIFFLAGS, &loopback) == 0;
}

/// Whether a socket could be bound to it now; a link-local one is that of the loopback interface.
bool can_bind(const in6_addr& address) {
    const unique_fd probe(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 where{};
    where.sin6_family = AF_INET6;
    where.sin6_addr = address;
    where.sin6_scope_id = ::if_nametoindex("lo");
    return ::bind(probe.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
}

/// It and its children then find `content` in `file`.
void replace_file(const std::string& file, const std::string& content) {
    const temp_dir dir;  // a file that is mounted stays when its name goes
    const auto mine = dir / "mine";
    write_file(mine, content);
    const bool mounted = enter_mount_namespace() &&
                         ::mount(mine.c_str(), file.c_str(), nullptr, MS_BIND, nullptr) == 0;
    if (!mounted) throw not_permitted("may not mount a file on " + file);
}

}  // namespace

namespace_result in_network_namespace(const std::function<void()>& body) {
    return in_isolated_child(enter_network_namespace, body);
}

void expect_to_pass_in_network_namespace(const std::function<void()>& body) {
    if (!has_ipv6()) GTEST_SKIP() << "the loopback interface has no IPv6";
    expect_passed(in_network_namespace(body), "the right to namespaces of a network and of mounts");
}

void set_hosts(const std::string& lines) {
    replace_file("/etc/hosts", lines);
}

void set_resolver(const std::string& lines) {
    replace_file("/etc/resolv.conf", lines);
}

void add_ipv6_address(const std::string& address) {
    struct {  // in6_ifreq of <linux/ipv6.h>, which clashes with <netinet/in.h>
        in6_addr address;
        std::uint32_t prefix_length;
        int interface;
    } request{{}, 64, static_cast<int>(::if_nametoindex("lo"))};
    ::inet_pton(AF_INET6, address.c_str(), &request.address);
    const unique_fd any(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (::ioctl(any.get(), SIOCSIFADDR, &request) != 0) {
        throw not_permitted("may not give the loopback interface " + address);
    }
    // For a moment the kernel looks whether another machine has it, and nobody can bind it.
    if (!eventually([&] { return can_bind(request.address); })) {
        throw std::runtime_error("the loopback interface has no " + address);
    }
}

bool has_ipv6() {
    return can_bind(in6addr_loopback);
}

}  // namespace pulsar::test
