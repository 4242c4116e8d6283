#include "integration/running_server.hpp"

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <vector>

namespace {

using namespace pulsar::test;

/// The accept queue's length of each TCP socket of this process that listens.
std::vector<unsigned> accept_queues() {
    std::vector<unsigned> lengths;
    for (int fd = 3; fd < 1024; ++fd) {
        int listens = 0;
        socklen_t size = sizeof listens;
        if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0) continue;
        tcp_info info{};
        size = sizeof info;
        if (listens == 0 || ::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) continue;
        lengths.push_back(info.tcpi_sacked);  // so it is in a listening socket, see inet_diag
    }
    return lengths;
}

TEST(Backlog, IsThatOfEachTcpListener) {
    pulsar::server::options options;
    options.listener.backlog = 77;
    options.listen = {*pulsar::net::parse_address("127.0.0.1:0"),
                      *pulsar::net::parse_address(":0")};
    running_server s(options);
    EXPECT_EQ(accept_queues(), (std::vector<unsigned>{77, 77}));
}

}  // namespace
