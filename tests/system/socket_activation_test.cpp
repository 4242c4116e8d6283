// `--listen fd:N` and `fd:NAME`: listening sockets that systemd hands over.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/effort.hpp"
#include "support/expect_echo.hpp"
#include "support/failed_start.hpp"
#include "support/frames.hpp"
#include "support/held_socket.hpp"
#include "support/http.hpp"
#include "support/process_usage.hpp"
#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"
#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

namespace pulsar::test::socket_activation_test {
namespace {

using strings = std::vector<std::string>;

launch handing(std::vector<int> descriptors, const std::string& names = {}) {
    launch how;
    how.handed = std::move(descriptors);
    if (!names.empty()) how.environment = {"LISTEN_FDNAMES=" + names};
    return how;
}

/// Where it listens, in the order of its events.
strings addresses(daemon& pulsar) {
    strings all;
    for (const auto& listening : pulsar.events("server", "listening"))
        all.push_back(text(listening, "address"));
    return all;
}

TEST(SocketActivation, ByNumber) {
    const held_socket first;
    const held_socket second;
    daemon pulsar({"--listen", "fd:4", "--listen", "fd:3"},
                  handing({first.descriptor(), second.descriptor()}));
    EXPECT_EQ(addresses(pulsar), (strings{second.address(), first.address()}));
    expect_echo(first.address());
    expect_echo(second.address());
    EXPECT_EQ(text(pulsar.wait_for("connection", "opened"), "local"), first.address());
    pulsar.expect_orderly_exit();
}

TEST(SocketActivation, ByNameWhichSeveralMayHave) {
    const temp_dir dir;
    const held_socket tcp;
    const held_socket other;
    const held_socket file(dir / "socket");
    daemon pulsar(
        {"--listen", "fd:web", "--listen", "fd:other"},
        handing({tcp.descriptor(), other.descriptor(), file.descriptor()}, "web:other:web"));
    EXPECT_EQ(addresses(pulsar), (strings{tcp.address(), file.address(), other.address()}));
    for (const auto& address : addresses(pulsar))
        expect_echo(address);
    pulsar.expect_orderly_exit();
    EXPECT_TRUE(std::filesystem::exists(dir / "socket"));
}

TEST(SocketActivation, ForAdminAndBesideOtherAddresses) {
    const held_socket admin;
    daemon pulsar({"--listen", "127.0.0.1:0", "--admin", "fd:admin"},
                  handing({admin.descriptor()}, "admin"));
    EXPECT_EQ(pulsar.admin_address(), admin.address());
    EXPECT_EQ(http_get(admin.address(), "/readyz").body, "ok");
    expect_echo(pulsar.address());
    pulsar.expect_orderly_exit();
}

TEST(SocketActivation, OfAnotherProcessIsNotOurs) {
    launch how;
    how.environment = {"LISTEN_PID=1", "LISTEN_FDS=1", "LISTEN_FDNAMES=web"};
    daemon pulsar({"--listen", "127.0.0.1:0"}, how);
    expect_echo(pulsar.address());
    pulsar.expect_orderly_exit();
    auto named = pulsar_with({"--listen", "fd:web"}, how.environment);
    expect_failed_start(named, {"cannot listen on fd:web", "no such socket was handed over"});
}

/// A start with these descriptors named a, b and so on.
launch start_with(std::vector<int> descriptors, strings flags) {
    std::string names;
    for (std::size_t i = 0; i < descriptors.size(); ++i)
        names += (i > 0 ? ":" : "") + std::string(1, static_cast<char>('a' + i));
    auto how = handing(std::move(descriptors), names);
    how.command = pulsar_with(flags).command;
    return how;
}

TEST(SocketActivation, EachSocketHasOneAddress) {
    const held_socket a;
    const held_socket b;
    const std::vector<int> both{a.descriptor(), b.descriptor()};
    const std::string none = "a socket was handed over that no --listen or --admin names";
    const std::string several = "that more than one --listen or --admin names";
    expect_failed_start(start_with(both, {}), {none, "fd:3 or fd:a"});
    expect_failed_start(start_with(both, {"--listen", "fd:3"}), {none, "fd:4 or fd:b"});
    expect_failed_start(start_with(both, {"--listen", "fd:c"}), {none, "fd:3 or fd:a"});
    expect_failed_start(
        start_with(both, {"--listen", "fd:a", "--listen", "fd:b", "--admin", "fd:4"}),
        {several, "fd:4 or fd:b"});
    expect_failed_start(
        start_with(both, {"--listen", "fd:a", "--listen", "fd:4", "--listen", "fd:5"}),
        {"cannot listen on fd:5", "no such socket was handed over"});
}

TEST(SocketActivation, ANameThatNoAddressCanHaveIsNotProposed) {
    const held_socket socket;
    for (const std::string name : {"5", "3", "02", "caf\xc3\xa9", ""}) {
        auto how = handing({socket.descriptor()});
        how.environment = {"LISTEN_FDNAMES=" + name};
        how.command = pulsar_with({"--listen", "127.0.0.1:0"}).command;
        expect_failed_start(how, {"names: expected one with fd:3\n"});
    }
}

TEST(SocketActivation, TakesNothingButListeningStreamSockets) {
    const unique_fd datagrams(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const unique_fd silent(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const unique_fd packets(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    ASSERT_EQ(
        ::bind(packets.get(), std::array<sockaddr, 1>{{{AF_UNIX, {}}}}.data(), sizeof(sa_family_t)),
        0);
    ASSERT_EQ(::listen(packets.get(), 1), 0);
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const unique_fd no_socket(pipe[0]);
    const unique_fd other_end(pipe[1]);
    for (const auto fd : {datagrams.get(), silent.get(), packets.get()}) {
        expect_failed_start(
            start_with({fd}, {"--listen", "fd:a", "--backlog", "9"}),
            {"cannot listen on fd:a", "descriptor 3 is no listening stream socket"});
    }
    expect_failed_start(start_with({no_socket.get()}, {"--listen", "fd:3"}),
                        {"cannot listen on fd:3", "Socket operation on non-socket"});
}

TEST(SocketActivation, VariablesThatAreWrongAreNamed) {
    const held_socket socket;
    auto how = start_with({socket.descriptor()}, {"--listen", "fd:3"});
    how.environment = {"LISTEN_FDNAMES=one:two"};
    expect_failed_start(how, {"LISTEN_FDNAMES", "expected 1 names"});
}

TEST(SocketActivation, ByTheProgramOfSystemd) {
    if (run({.command = {"systemd-socket-activate", "--version"}}).how != exited(0)) {
        return skip_without("systemd-socket-activate (package systemd)");
    }
    const temp_dir dir;
    const auto address = "unix:" + (dir / "socket");
    auto how = pulsar_with({"--listen", "fd:web", "--log-format", "json"});
    strings command{"systemd-socket-activate", "--listen=" + (dir / "socket"), "--fdname=web"};
    for (const auto* name : {"ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"})
        if (std::getenv(name) != nullptr) command.push_back("--setenv=" + std::string(name));
    how.command.insert(how.command.begin(), command.begin(), command.end());
    process pulsar(how);
    ASSERT_TRUE(eventually([&] { return accepts(address); }));
    expect_echo(address);
    EXPECT_TRUE(pulsar.out().wait_for_line("\"address\":\"" + address + '"'));
    pulsar.send(SIGTERM);
    EXPECT_EQ(pulsar.wait(), exited(0));
    EXPECT_TRUE(std::filesystem::exists(dir / "socket"));
}

/// While systemd goes on listening, each new client would wake it.
TEST(SocketActivation, ADrainingDaemonHearsOfItNoMore) {
    const held_socket socket;
    daemon pulsar({"--listen", "fd:3", "--drain-timeout", "24h"}, handing({socket.descriptor()}));
    client stuck(socket.address(), 4096);  // for which the drain waits
    stuck.flood(frame(std::string(60'000, 'x')));
    pulsar.child().send(SIGTERM);
    pulsar.wait_for("server", "draining");
    EXPECT_FALSE(watches_closed_descriptors(pulsar.child().pid()));
    const client next(socket.address());
    stuck.reset();
    pulsar.expect_orderly_end();
    EXPECT_GE(socket.accept().get(), 0) << "it has taken a client of the next daemon";
}

/// Clients that connect, have a frame echoed and leave, again and again; a stream that ends without
/// the echo, as in a drain, is tried again.
class persistent_clients {
  public:
    explicit persistent_clients(std::string address) : address_(std::move(address)) {
        for (auto& thread : threads_)
            thread = std::thread([this] { run(); });
    }
    ~persistent_clients() { stop(); }

    void stop() {
        stopped_ = true;
        for (auto& thread : threads_)
            if (thread.joinable()) thread.join();
    }

    [[nodiscard]] int echoes() const { return echoes_; }
    [[nodiscard]] int ended() const { return ended_; }
    [[nodiscard]] int refused() const { return refused_; }
    [[nodiscard]] int reset() const { return reset_; }
    [[nodiscard]] int wrong() const { return wrong_; }

  private:
    void run() {
        while (!stopped_) {
            try {
                converse();
            } catch (const std::system_error& error) {
                ++(count_of(error.code()));
            }
        }
    }

    void converse() {
        client socket(address_);
        socket.send_all(frame("HELLO"));
        socket.shutdown_send();
        const auto received = socket.receive_until_eof();
        ++(received == frame("HELLO") ? echoes_ : received.empty() ? ended_ : wrong_);
    }

    std::atomic<int>& count_of(const std::error_code& error) {
        if (error == std::errc::connection_refused) return refused_;
        if (error == std::errc::connection_reset) return reset_;
        // Of a client that sends long after the daemon's FIN.
        const bool late = error == std::errc::broken_pipe || error == std::errc::not_connected;
        return late ? ended_ : wrong_;
    }

    const std::string address_;
    std::atomic<bool> stopped_ = false;
    std::atomic<int> echoes_ = 0;
    std::atomic<int> ended_ = 0;
    std::atomic<int> refused_ = 0;
    std::atomic<int> reset_ = 0;
    std::atomic<int> wrong_ = 0;
    std::array<std::thread, 3> threads_;
};

TEST(SocketActivation, ARestartRefusesAndResetsNobody) {
    const held_socket socket;
    persistent_clients clients(socket.address());
    const int restarts = effort_by_build(100, 20);
    for (int i = 0; i < restarts; ++i) {
        const auto before = clients.echoes();
        daemon pulsar({"--listen", "fd:3", "--threads", "2"}, handing({socket.descriptor()}));
        ASSERT_TRUE(eventually([&] { return clients.echoes() >= before + 10; }));
        pulsar.child().send(SIGTERM);
        pulsar.expect_orderly_end();
    }
    daemon last({"--listen", "fd:3"}, handing({socket.descriptor()}));
    clients.stop();
    EXPECT_EQ(clients.refused(), 0);
    EXPECT_EQ(clients.reset(), 0);
    EXPECT_EQ(clients.wrong(), 0);
    last.expect_orderly_exit();
    RecordProperty("echoes", clients.echoes());
    RecordProperty("tried_again", clients.ended());
}

}  // namespace
}  // namespace pulsar::test::socket_activation_test
