// The daemon behind proxies that others wrote, with the configurations of src/BEHIND_PROXIES.md.

#include "interop/foreign_program.hpp"
#include "interop/page_configuration.hpp"
#include "support/bench.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/random_frames.hpp"
#include "support/skip_without.hpp"
#include "support/swarm.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace pulsar::test::proxies_test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

/// What is not here of what this one needs.
std::string missing_for(const std::string& proxy) {
    if (proxy == "nginx") {
        const bool has_streams = ::access(stream_module.c_str(), R_OK) == 0;
        return missing_programs({"nginx"}) + (has_streams ? "" : " nginx's stream module");
    }
    if (proxy == "haproxy") return missing_programs({"haproxy", "openssl"});
    if (proxy == "haproxy_tls") return missing_programs({"haproxy", "openssl", "socat"});
    if (proxy == "stunnel") return missing_programs({"stunnel", "openssl", "socat"});
    return missing_programs({"socat"});
}

const std::string quick = "1";  // seconds; the shortest that they all know

/// `listen` and `server` of socat for an address.
std::string listen_by_socat(const std::string& address) {
    return "TCP-LISTEN:" + port_of(address) + ",bind=" + host_of(address);
}

/// A proxy before a daemon. Before one that speaks TLS stands another that speaks it for clients
/// that do not.
class front {
  public:
    /// In the configuration of the page, `changes` are made, and its timeouts of 60 s are `idle`.
    front(const std::string& name, const std::string& server, const std::string& idle = "60",
          replacements changes = {}) {
        changes.emplace_back("127.0.0.1:8080", server);
        const auto tls_address = own_address();
        if (name == "haproxy" || name == "haproxy_tls") {
            write_certificate(dir_, "pulsar.pem");
            changes.insert(changes.end(),
                           {{"*:7000", address_}, {"*:7443", tls_address}, {"/etc/haproxy/", ""}});
            const auto defaults = page_configuration(
                "haproxy defaults", {{"/run/haproxy/", dir_ / ""}, {"60s", idle + "s"}});
            proxy_.emplace(dir_, haproxy, tls_address,
                           defaults + page_configuration("haproxy", changes));
            if (name == "haproxy_tls") begin_tls(tls_address);
        } else if (name == "nginx") {
            changes.insert(changes.end(), {{"*:7000", address_}, {"60s", idle + "s"}});
            proxy_.emplace(dir_, nginx, address_, page_configuration("nginx", changes));
        } else if (name == "stunnel") {
            write_certificate(dir_, "pulsar.pem");
            changes.insert(changes.end(), {{"0.0.0.0:7443", tls_address},
                                           {"/etc/stunnel/", ""},
                                           {"idle = 60", "idle = " + idle}});
            proxy_.emplace(dir_, stunnel, tls_address, page_configuration("stunnel", changes));
            begin_tls(tls_address);
        } else {
            changes.insert(changes.end(), {{"TCP-LISTEN:7000", listen_by_socat(address_)},
                                           {"-T 60", "-T " + idle}});
            proxy_.emplace(dir_, words_of(page_configuration("socat", changes)), address_);
        }
    }

    [[nodiscard]] const std::string& address() const { return address_; }

  private:
    void begin_tls(const std::string& server) {
        client_side_.emplace(
            dir_,
            strings{"socat", "-t", "60", listen_by_socat(address_) + ",fork,reuseaddr,backlog=1024",
                    "OPENSSL:" + server + ",cafile=pulsar.pem.crt,commonname=localhost"},
            address_);
    }

    const temp_dir dir_;
    const std::string address_ = own_address();  // for clients that do not speak TLS
    std::optional<foreign_program> proxy_;
    std::optional<foreign_program> client_side_;
};

class Proxies : public testing::TestWithParam<std::string> {
  protected:
    void SetUp() override {
        const auto missing = missing_for(GetParam());
        if (!missing.empty()) skip_without(missing);
    }
};

TEST_P(Proxies, HandOnAHalfCloseAndAllEchoesBehindIt) {
    daemon pulsar;
    const front proxy(GetParam(), pulsar.address());
    std::mt19937 random(15);
    auto sent = random_frames(random, 64, 64 << 10);
    while (sent.size() < 4 << 20)
        sent += frame(random_payload(random, 1 << 20));
    client socket(proxy.address());
    std::thread sender([&] {
        socket.send_all(sent);
        socket.shutdown_send();
    });
    const auto received = socket.receive_until_closed();
    sender.join();
    EXPECT_FALSE(received.error) << received.error.message();
    EXPECT_EQ(received.bytes.size(), sent.size());
    EXPECT_TRUE(received.bytes == sent);
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed"), "reason"), "peer_closed");
    pulsar.expect_orderly_exit();
}

// 2 MiB on each connection, more than there is room for on the way.
TEST_P(Proxies, HandOnTheHalfClosesOfALoad) {
    daemon pulsar;
    const front proxy(GetParam(), pulsar.address());
    const auto result = expect_all_echoed({proxy.address(), "--mode", "halfclose", "-c", "8", "-p",
                                           "32", "-s", "64KiB", "-n", "512"});
    EXPECT_EQ(result.count("frames"), 512);
    pulsar.wait_for_count(16, "connection", "closed");
    for (const auto& closed : pulsar.events("connection", "closed"))
        EXPECT_EQ(text(closed, "reason"), "peer_closed");
    pulsar.expect_orderly_exit();
}

/// As the page says, with another number of frames.
strings half_closing(const front& proxy, const std::string& load) {
    return page_arguments("try half-closes",
                          {{"127.0.0.1:7000", proxy.address()}, {"--frames 1000", load}});
}

TEST_P(Proxies, HandOnAHalfCloseBeforeTheFirstEcho) {
    if (const auto missing = missing_programs({"socat"}); !missing.empty())
        return skip_without(missing);
    const temp_dir dir;
    const auto server = own_address();
    const foreign_program echoes_after_fin(
        dir,
        {"socat", "-t", "60", listen_by_socat(server) + ",fork,reuseaddr,backlog=1024",
         "SYSTEM:cat >$$; cat $$"},
        server);
    const front proxy(GetParam(), server);
    const auto result =
        expect_all_echoed(half_closing(proxy, "--frames 256 --connections 8 --frame-size 1-64KiB"));
    EXPECT_EQ(result.count("frames"), 256);
}

TEST_P(Proxies, HandOnADrain) {
    constexpr std::size_t connections = 50;
    daemon pulsar({"--heartbeat-interval", "0s", "--drain-timeout", "1h"});
    const front proxy(GetParam(), pulsar.address());
    swarm clients(proxy.address(), connections, 8);
    ASSERT_TRUE(clients.wait_until_busy(60s));  // a process and a handshake for each, with some
    pulsar.child().send(SIGTERM);
    const auto received = clients.wait_until_closed(60s);
    const auto stopped = pulsar.expect_orderly_end();
    EXPECT_EQ(received.ended_in_order, connections) << received.problem;
    EXPECT_EQ(number(stopped, "drained"), connections);
    EXPECT_EQ(number(stopped, "frames"), received.frames);
    EXPECT_EQ(number(stopped, "bytes_out"), received.bytes);
}

TEST_P(Proxies, KeepAConnectionThatHasHeartbeats) {
    daemon pulsar({"--heartbeat-interval", "200ms"});
    const front proxy(GetParam(), pulsar.address(), quick);
    auto socket = served(proxy.address());
    constexpr int several_timeouts = 16;
    for (int i = 0; i < several_timeouts; ++i)
        ASSERT_EQ(socket.receive_exactly(heartbeat.size()), heartbeat);
    expect_echo(socket);
    socket.shutdown_send();
    EXPECT_EQ(socket.receive_until_eof(), "");
    pulsar.expect_orderly_exit();
}

TEST_P(Proxies, CutOffAConnectionThatHasNone) {
    daemon pulsar({"--heartbeat-interval", "0s"});
    const front proxy(GetParam(), pulsar.address(), quick);
    auto socket = served(proxy.address());
    EXPECT_EQ(socket.receive_until_closed().bytes, "");
    pulsar.expect_orderly_exit();
}

/// As the page says, on four connections, until it is told to end.
strings silent(const front& proxy) {
    return page_arguments("try silence", {{"127.0.0.1:7000", proxy.address()},
                                          {"--duration 15m", "--duration 24h --connections 4"}});
}

TEST_P(Proxies, KeepALoadThatHasHeartbeats) {
    constexpr std::int64_t of_each_in_several_timeouts = 16;
    daemon pulsar({"--heartbeat-interval", "200ms", reports_often});
    const front proxy(GetParam(), pulsar.address(), quick);
    auto flags = silent(proxy);
    flags.emplace_back("--json");
    process bench(bench_with(flags));
    wait_for_total(pulsar, "heartbeats", 4 * of_each_in_several_timeouts);
    bench.send(SIGINT);
    expect_all_echoed(finish(bench));
    pulsar.expect_orderly_exit();
}

TEST_P(Proxies, CutOffALoadThatHasNone) {
    daemon pulsar({"--heartbeat-interval", "0s"});
    const front proxy(GetParam(), pulsar.address(), quick);
    const auto run = run_bench(silent(proxy));
    EXPECT_EQ(run.how, exited(1));
    EXPECT_EQ(run.result.errors("closed") + run.result.errors("reset"), 4);
    pulsar.expect_orderly_exit();
}

/// Expects that a client whose FIN came before its echo does not get the echo.
void expect_cut_off(daemon& pulsar, const front& proxy) {
    auto socket = served(proxy.address());
    pulsar.child().send(SIGSTOP);
    socket.send_all(frame("HELLO"));
    socket.shutdown_send();
    EXPECT_EQ(socket.receive_until_closed().bytes, "");
    pulsar.child().send(SIGCONT);
    pulsar.wait_for("connection", "closed");
    pulsar.expect_orderly_exit();
}

/// Expects that pulsar-bench tells so.
void expect_told_that_cut_off(daemon& pulsar, const front& proxy) {
    pulsar.child().send(SIGSTOP);
    const auto run = run_bench(half_closing(proxy, "--frames 128 --connections 8"));
    pulsar.child().send(SIGCONT);
    EXPECT_EQ(run.how, exited(1));
    EXPECT_EQ(run.result.count("frames"), 0);
    EXPECT_EQ(run.result.count("lost_frames"), 128);
    EXPECT_EQ(run.result.errors("closed"), 8);
    EXPECT_EQ(run.result.errors(), 8);
    expect_one_complaint(run.err, {"8 x closed", "after our FIN"});
    pulsar.expect_orderly_exit();
}

TEST(NginxWithoutProxyHalfClose, CutsOffWhoHalfCloses) {
    if (const auto missing = missing_for("nginx"); !missing.empty()) return skip_without(missing);
    daemon pulsar;
    expect_cut_off(pulsar, front("nginx", pulsar.address(), "60", {{"proxy_half_close on;", ""}}));
}

TEST(NginxWithoutProxyHalfClose, IsFoundOutByPulsarBench) {
    if (const auto missing = missing_for("nginx"); !missing.empty()) return skip_without(missing);
    daemon pulsar;
    expect_told_that_cut_off(
        pulsar, front("nginx", pulsar.address(), "60", {{"proxy_half_close on;", ""}}));
}

TEST(SocatWithoutItsOption, CutsOffWhoHalfCloses) {
    if (const auto missing = missing_for("socat"); !missing.empty()) return skip_without(missing);
    daemon pulsar;
    expect_cut_off(pulsar, front("socat", pulsar.address(), "60", {{"-t 60 ", ""}}));
}

TEST(SocatWithoutItsOption, IsFoundOutByPulsarBench) {
    if (const auto missing = missing_for("socat"); !missing.empty()) return skip_without(missing);
    daemon pulsar;
    expect_told_that_cut_off(pulsar, front("socat", pulsar.address(), "60", {{"-t 60 ", ""}}));
}

INSTANTIATE_TEST_SUITE_P(By, Proxies,
                         testing::Values("haproxy", "haproxy_tls", "nginx", "stunnel", "socat"),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace pulsar::test::proxies_test
