#include "integration/running_server.hpp"
#include "pulsar/net/endpoint.hpp"
#include "support/client.hpp"
#include "support/frames.hpp"
#include "support/held_socket.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>

namespace {

using namespace pulsar::test;
using namespace std::chrono_literals;

/// The server's end of the connection of `c`, among the descriptors of this process; -1 if none.
int server_end(const client& c) {
    const auto wanted = c.local_address();
    for (int fd = 3; fd < 1024; ++fd) {
        pulsar::net::endpoint peer;
        auto size = static_cast<socklen_t>(peer.capacity());
        if (::getpeername(fd, peer.data(), &size) != 0) continue;
        peer.resize(size);
        if (pulsar::net::to_string(peer) == wanted) return fd;
    }
    return -1;
}

int option(int fd, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    EXPECT_EQ(::getsockopt(fd, level, name, &value, &size), 0);
    return value;
}

int server_end_of_served(client& c) {
    c.send_all(frame("x"));
    c.receive_exactly(5);
    return server_end(c);
}

TEST(SocketOptions, AcceptedSocketsInheritThemFromTheListener) {
    pulsar::server::options options;
    options.listener.tcp_keepalive = 90s;
    running_server s(options);
    client c(s.address());
    const int fd = server_end_of_served(c);
    ASSERT_GE(fd, 0);
    EXPECT_EQ(option(fd, IPPROTO_TCP, TCP_NODELAY), 1);
    EXPECT_EQ(option(fd, SOL_SOCKET, SO_OOBINLINE), 1);
    EXPECT_EQ(option(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_EQ(option(fd, IPPROTO_TCP, TCP_KEEPIDLE), 90);
    EXPECT_EQ(option(fd, IPPROTO_TCP, TCP_KEEPINTVL), 30);
    EXPECT_EQ(option(fd, IPPROTO_TCP, TCP_KEEPCNT), 3);
    EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
}

TEST(SocketOptions, KeepAliveCanBeOff) {
    pulsar::server::options options;
    options.listener.tcp_keepalive = 0s;
    running_server s(options);
    client c(s.address());
    EXPECT_EQ(option(server_end_of_served(c), SOL_SOCKET, SO_KEEPALIVE), 0);
}

TEST(SocketOptions, KeepAliveProbesAreAtLeastASecondApart) {
    pulsar::server::options options;
    options.listener.tcp_keepalive = 1s;
    running_server s(options);
    client c(s.address());
    EXPECT_EQ(option(server_end_of_served(c), IPPROTO_TCP, TCP_KEEPINTVL), 1);
}

TEST(SocketOptions, ADayOfKeepAliveIsCutToWhatTheKernelTakes) {
    pulsar::server::options options;
    options.listener.tcp_keepalive = 24h;
    running_server s(options);
    client c(s.address());
    EXPECT_EQ(option(server_end_of_served(c), IPPROTO_TCP, TCP_KEEPIDLE), 32767);
}

/// Those that were in the queue of a handed socket have not inherited what is set on it now.
TEST(SocketOptions, OfAHandedSocketAreThoseOfOlderConnectionsToo) {
    const held_socket socket;
    client early(socket.address());
    auto options = handing(socket);
    options.listener.tcp_keepalive = 90s;
    running_server s(options);
    client late(socket.address());
    for (auto* c : {&early, &late}) {
        const int fd = server_end_of_served(*c);
        ASSERT_GE(fd, 0);
        EXPECT_EQ(option(fd, IPPROTO_TCP, TCP_NODELAY), 1);
        EXPECT_EQ(option(fd, SOL_SOCKET, SO_OOBINLINE), 1);
        EXPECT_EQ(option(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
        EXPECT_EQ(option(fd, IPPROTO_TCP, TCP_KEEPIDLE), 90);
        c->close();
    }
}

TEST(SocketOptions, KeepAliveOfAHandedSocketIsSwitchedOff) {
    const held_socket socket;
    const int on = 1;
    ASSERT_EQ(::setsockopt(socket.descriptor(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on), 0);
    client early(socket.address());
    auto options = handing(socket);
    options.listener.tcp_keepalive = 0s;
    running_server s(options);
    client late(socket.address());
    for (auto* c : {&early, &late}) {
        EXPECT_EQ(option(server_end_of_served(*c), SOL_SOCKET, SO_KEEPALIVE), 0);
        c->close();
    }
}

}  // namespace
