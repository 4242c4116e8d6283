#include "integration/running_server.hpp"
#include "support/client.hpp"
#include "support/expect_echo.hpp"
#include "support/held_socket.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <stop_token>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <utility>

namespace {

using namespace pulsar::test;
using pulsar::server::server;

/// Of its accept queue, as listen(2) was told.
unsigned backlog_of(const held_socket& socket) {
    tcp_info info{};
    socklen_t size = sizeof info;
    EXPECT_EQ(::getsockopt(socket.descriptor(), IPPROTO_TCP, TCP_INFO, &info, &size), 0);
    return info.tcpi_sacked;
}

TEST(HandedSocket, KeepsItsBacklogUnlessOneIsGiven) {
    const held_socket socket({}, 7);
    auto options = handing(socket);
    options.listener.backlog = 9;
    {
        const running_server s(options);
        EXPECT_EQ(backlog_of(socket), 7u);
    }
    options.listener.handed = handing(socket).listener.handed;
    options.listener.backlog_given = true;
    const running_server s(options);
    EXPECT_EQ(backlog_of(socket), 9u);
}

TEST(HandedSocket, OfUnixIsServedToo) {
    const temp_dir dir;
    const held_socket socket(dir / "socket");
    client early(socket.address());
    running_server s(handing(socket));
    EXPECT_EQ(s.address(), socket.address());
    expect_echo(early);
    early.close();
    expect_echo(socket.address());
}

/// Connects a client when the drain is about to begin: the server cannot have accepted it.
class late_client final : public server::observer {
  public:
    explicit late_client(std::string address) : address_(std::move(address)) {}
    client& socket() { return socket_.value(); }

  private:
    void on_started() override {}
    void on_stopping() override { EXPECT_NO_THROW(socket_.emplace(address_)); }
    void on_ended() override {}

    std::string address_;
    std::optional<client> socket_;
};

TEST(HandedSocket, KeepsItsQueueInADrainForTheSuccessor) {
    const held_socket socket;
    late_client late(socket.address());
    server first(handing(socket));
    first.observe(late);
    first.listen();
    std::jthread running([&first](const std::stop_token& stop) { EXPECT_TRUE(first.run(stop)); });
    expect_echo(socket.address());
    running.request_stop();
    running.join();
    const running_server successor(handing(socket));
    expect_echo(late.socket());
    late.socket().close();
}

}  // namespace
