#include "support/network_namespace.hpp"

#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pulsar::test {

namespace {

constexpr int passed_status = 0;
constexpr int failed_status = 1;
constexpr int not_permitted_status = 77;

bool enter_network_namespace() {
    if (::unshare(CLONE_NEWNET) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
    const unique_fd any(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq loopback{};
    std::strcpy(loopback.ifr_name, "lo");
    loopback.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
    return ::ioctl(any.get(), SIOCSIFFLAGS, &loopback) == 0;
}

int run_in_child(const std::function<void()>& body) {
    if (!enter_network_namespace()) return not_permitted_status;
    try {
        body();
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return failed_status;
    }
    return testing::Test::HasFailure() ? failed_status : passed_status;
}

}  // namespace

namespace_result in_network_namespace(const std::function<void()>& body) {
    std::cout.flush();
    const auto child = ::fork();
    if (child == 0) {
        const int status = run_in_child(body);
        std::fflush(nullptr);
        ::_exit(status);
    }
    int status = 0;
    if (::waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
        return namespace_result::failed;
    }
    if (WEXITSTATUS(status) == not_permitted_status) return namespace_result::not_permitted;
    return WEXITSTATUS(status) == passed_status ? namespace_result::passed
                                                : namespace_result::failed;
}

bool has_ipv6() {
    const unique_fd probe(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    return ::bind(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace pulsar::test
