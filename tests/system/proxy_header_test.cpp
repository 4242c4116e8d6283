// `--proxy-from`: connections from there begin with a PROXY header.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/expect_time.hpp"
#include "support/frames.hpp"
#include "support/proxy_headers.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace pulsar::test::proxy_header_test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using strings = std::vector<std::string>;

const strings from_loopback{"--proxy-from", "127.0.0.0/8"};

strings with(strings all, const strings& more) {
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

/// A byte of it after the other, each seen by the daemon.
void send_slowly(client& socket, const std::string& bytes) {
    for (const char c : bytes) {
        socket.send_all({&c, 1});
        ASSERT_TRUE(eventually([&] { return socket.unacknowledged() == 0; }));
    }
}

/// That the connection ends, and that the log says why, in this order and with the real address.
void expect_bad_header(daemon& pulsar, const std::string& peer, const std::string& error,
                       std::int64_t received) {
    const auto closed = pulsar.wait_for("connection", "closed", peer);
    EXPECT_EQ(text(closed, "reason"), "bad_proxy_header");
    EXPECT_EQ(number(closed, "bytes_in"), 0);
    EXPECT_EQ(number(closed, "bytes_out"), 0);
    strings order;
    for (const auto& logged : pulsar.events())
        if (text(logged, "module") == "connection") order.push_back(text(logged, "msg"));
    EXPECT_EQ(order, (strings{"opened", "bad proxy header", "closed"}));
    const auto warning = pulsar.wait_for("connection", "bad proxy header", peer);
    EXPECT_EQ(text(warning, "level"), "warn");
    EXPECT_EQ(text(warning, "error"), error);
    EXPECT_EQ(number(warning, "received"), received);
    EXPECT_FALSE(pulsar.wait_for("connection", "opened", peer).contains("proxy"));
}

TEST(ProxyFrom, TheHeadersSourceIsThePeer) {
    for (const auto& [header, kind] : std::vector<std::pair<std::string, std::string>>{
             {proxy_v1_line, "v1"}, {proxy_v2_tcp4(), "v2"}, {proxy_v2_tcp4("\5\0\2id"s), "v2"}}) {
        daemon pulsar(with({"--log-level", "debug"}, from_loopback));
        client socket(pulsar.address());
        const auto proxy = socket.local_address();
        socket.send_all(header + frame("with it"));
        EXPECT_EQ(socket.receive_exactly(11), frame("with it"));
        expect_echo(socket);
        const auto opened = pulsar.wait_for("connection", "opened");
        EXPECT_EQ(text(opened, "peer"), proxied_client);
        EXPECT_EQ(text(opened, "via"), proxy);
        EXPECT_EQ(text(opened, "proxy"), kind);
        EXPECT_EQ(text(opened, "local"), pulsar.address());
        EXPECT_EQ(text(pulsar.wait_for("connection", "task started"), "peer"), proxy);
        pulsar.report();
        EXPECT_EQ(text(pulsar.wait_for("registry", "active"), "peer"), proxied_client);
        socket.close();
        const auto closed = pulsar.wait_for("connection", "closed", proxied_client);
        EXPECT_EQ(number(closed, "bytes_in"), 20);  // without the header
        EXPECT_EQ(number(closed, "bytes_out"), 20);
        EXPECT_EQ(number(closed, "frames"), 2);
        EXPECT_EQ(text(pulsar.wait_for("connection", "task finished"), "peer"), proxied_client);
        EXPECT_EQ(number(pulsar.expect_orderly_exit(), "bytes_in"), 20);
    }
}

TEST(ProxyFrom, AHeaderMayComeByteByByte) {
    for (const auto& header : {proxy_v1_line, proxy_v2_tcp4()}) {
        daemon pulsar(from_loopback);
        client socket(pulsar.address());
        send_slowly(socket, header + frame("HELLO"));
        EXPECT_EQ(socket.receive_exactly(9), frame("HELLO"));
        EXPECT_EQ(text(pulsar.wait_for("connection", "opened"), "peer"), proxied_client);
        socket.close();
        EXPECT_EQ(number(pulsar.expect_orderly_exit(), "bytes_in"), 9);
    }
}

TEST(ProxyFrom, ManyFramesComeWithTheHeader) {
    daemon pulsar(from_loopback);
    client socket(pulsar.address());
    std::string frames;
    for (std::size_t i = 0; i < 300; ++i)
        frames += frame(std::string(i * 7, 'x'));
    const auto large = frame(std::string(300'000, 'l'));
    socket.send_all(proxy_v1_line + frames + large);
    EXPECT_EQ(socket.receive_exactly(frames.size() + large.size()), frames + large);
    socket.close();
    pulsar.expect_orderly_exit();
}

TEST(ProxyFrom, KeepsTheRealAddressWhereTheHeaderTellsNone) {
    for (const auto& [header, kind] : std::vector<std::pair<std::string, std::string>>{
             {"PROXY UNKNOWN\r\n", "v1"},
             {proxy_v2(0x21, 0), "v2"},
             {proxy_v2(0x20, 0), "local"},
             {proxy_v2(0x20, 0x11, "ignored"), "local"}}) {
        daemon pulsar(from_loopback);
        client socket(pulsar.address());
        socket.send_all(header);
        expect_echo(socket);
        const auto opened = pulsar.wait_for("connection", "opened");
        EXPECT_EQ(text(opened, "peer"), socket.local_address());
        EXPECT_EQ(text(opened, "proxy"), kind);
        EXPECT_EQ(opened.contains("via"), kind != "local");
        socket.close();
        pulsar.expect_orderly_exit();
    }
}

TEST(ProxyFrom, NamesUnixAndIpv6Clients) {
    const auto padded = [](std::string path) {
        path.resize(108);
        return path;
    };
    const auto v4 = "\xff\xff\xc0\x00\x02\x01"s;
    const auto ports = "\x0f\xa0\x01\xbb"s;
    for (const auto& [header, peer] : std::vector<std::pair<std::string, std::string>>{
             {"PROXY TCP6 2001:DB8::1 ::1 4000 443\r\n", "[2001:db8::1]:4000"},
             {"PROXY TCP6 ::ffff:192.0.2.1 ::1 4000 443\r\n", proxied_client},
             {proxy_v2(0x21, 0x22, std::string(10, '\0') + v4 + std::string(16, '\0') + ports),
              proxied_client},
             {proxy_v2(0x21, 0x31, padded("/run/a b") + padded("")), "unix:/run/a b"},
             {proxy_v2(0x21, 0x32, padded("\0name"s) + padded("")), "unix:@name"},
             {proxy_v2(0x21, 0x31, padded("") + padded("/run/us")), "unix:"}}) {
        daemon pulsar(from_loopback);
        client socket(pulsar.address());
        socket.send_all(header);
        expect_echo(socket);
        EXPECT_EQ(text(pulsar.wait_for("connection", "opened"), "peer"), peer);
        socket.close();
        EXPECT_EQ(text(pulsar.wait_for("connection", "closed"), "peer"), peer);
        pulsar.expect_orderly_exit();
    }
}

TEST(ProxyFrom, IsOfThoseNetworksOnly) {
    daemon pulsar({"--proxy-from", "127.0.0.2", "--proxy-from", "unix"});
    client direct(pulsar.address());
    expect_echo(direct);
    EXPECT_FALSE(pulsar.wait_for("connection", "opened", direct.local_address()).contains("via"));
    client spoofed(pulsar.address());
    spoofed.send_all(proxy_v1_line);
    EXPECT_EQ(spoofed.receive_until_eof(), "");
    const auto warning = pulsar.wait_for("connection", "frame too large", spoofed.local_address());
    EXPECT_EQ(text(warning, "hint"), "proxy_v1");
    client proxy(pulsar.address(), 0, "127.0.0.2:0");
    proxy.send_all(proxy_v1_line);
    expect_echo(proxy);
    EXPECT_EQ(text(pulsar.wait_for("connection", "opened", proxied_client), "via"),
              proxy.local_address());
    direct.close();
    spoofed.close();
    proxy.close();
    pulsar.expect_orderly_exit();
}

TEST(ProxyFrom, OfUnixSockets) {
    const temp_dir dir;
    daemon pulsar({"--listen", "unix:" + (dir / "socket"), "--proxy-from", "unix"});
    client socket(pulsar.address());
    socket.send_all(proxy_v2_tcp4());
    expect_echo(socket);
    const auto opened = pulsar.wait_for("connection", "opened");
    EXPECT_EQ(text(opened, "peer"), proxied_client);
    EXPECT_EQ(text(opened, "via"), "unix:");
    socket.close();
    pulsar.expect_orderly_exit();
}

TEST(ProxyFrom, AnIpv4ProxyIsKnownOnADualStackSocket) {
    daemon pulsar({"--listen", ":0", "--proxy-from", "127.0.0.0/8"});
    client socket("127.0.0.1:" + pulsar.port());
    socket.send_all(proxy_v1_line);
    expect_echo(socket);
    EXPECT_EQ(text(pulsar.wait_for("connection", "opened"), "peer"), proxied_client);
    socket.close();
    pulsar.expect_orderly_exit();
}

TEST(BadProxyHeader, IsToldAtItsFirstBadByte) {
    for (const auto& [bytes, error] : std::vector<std::pair<std::string, std::string>>{
             {frame("HELLO"), "not a PROXY header"},
             {"GET / HTTP/1.1\r\n\r\n", "not a PROXY header"},
             {"PROXY TCP4 1.2.3.256", "a bad address in a v1 header"},
             {"PROXY TCP4 1.2.3.4 5.6.7.8 99999", "a bad port in a v1 header"},
             {"PROXY UNKNOWN " + std::string(200, 'x'), "a v1 header of more than 107 bytes"},
             {proxy_v2(0x11, 0x11), "an unassigned version"},
             {proxy_v2(0x21, 0x11), "addresses beyond the stated length"},
             {proxy_v2_tcp4("\3\0\4abcd"s), "a wrong checksum"}}) {
        SCOPED_TRACE(error);
        daemon pulsar(from_loopback);
        client socket(pulsar.address());
        const auto peer = socket.local_address();
        socket.send_all(bytes);
        EXPECT_EQ(socket.receive_until_eof(), "");
        socket.close();
        expect_bad_header(pulsar, peer, error, static_cast<std::int64_t>(bytes.size()));
        pulsar.expect_orderly_exit();
    }
}

TEST(BadProxyHeader, IsOneThatFinCutsOff) {
    daemon pulsar(from_loopback);
    client socket(pulsar.address());
    const auto peer = socket.local_address();
    socket.send_all("PROXY TCP4");
    socket.shutdown_send();
    EXPECT_EQ(socket.receive_until_eof(), "");
    expect_bad_header(pulsar, peer, "cut off by FIN", 10);
    EXPECT_EQ(text(pulsar.wait_for("connection", "bad proxy header"), "head"), "PROXY TCP4");
    pulsar.expect_orderly_exit();
}

TEST(BadProxyHeader, IsOneThatIsNotCompleteInTime) {
    for (const auto* begun : {"", "PROXY TCP4 1"}) {
        daemon pulsar(
            with({"--frame-timeout", "200ms", "--heartbeat-interval", "50ms"}, from_loopback));
        client socket(pulsar.address());
        const auto peer = socket.local_address();
        socket.send_all(begun);
        EXPECT_EQ(socket.receive_until_eof(), "");  // no heartbeat either
        const auto closed = pulsar.wait_for("connection", "closed", peer);
        EXPECT_EQ(number(closed, "heartbeats"), 0);
        EXPECT_GE(seconds(closed, "duration_s"), 200ms);
        socket.close();
        expect_bad_header(pulsar, peer, "incomplete for too long",
                          static_cast<std::int64_t>(std::string(begun).size()));
        pulsar.expect_orderly_exit();
    }
}

/// The time counts from the accept, not from the last byte.
TEST(BadProxyHeader, CannotBeTrickled) {
    daemon pulsar(with({"--frame-timeout", "300ms"}, from_loopback));
    client socket(pulsar.address());
    const auto header = proxy_v2(0x21, 0, std::string(4000, 'x'));
    bool ended = false;
    for (std::size_t i = 0; i < header.size() && !ended; ++i) {
        socket.send_all(header.substr(i, 1));
        try {
            ended = socket.receive_some(20ms).empty();
        } catch (const std::system_error& silent) {
            ASSERT_EQ(silent.code(), std::errc::timed_out);
        }
    }
    EXPECT_TRUE(ended);
    socket.close();
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed"), "reason"), "bad_proxy_header");
    pulsar.expect_orderly_exit();
}

TEST(ProxyFrom, FinWithoutAByteIsAHealthCheckThatPasses) {
    daemon pulsar(from_loopback);
    client socket(pulsar.address());
    const auto peer = socket.local_address();
    socket.shutdown_send();
    EXPECT_EQ(socket.receive_until_eof(), "");
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed", peer), "reason"), "peer_closed");
    socket.close();
    pulsar.expect_orderly_exit();
    EXPECT_TRUE(pulsar.events("connection", "bad proxy header").empty());
    EXPECT_EQ(pulsar.events("connection", "opened", peer).size(), 1U);
}

TEST(ProxyFrom, ResetBeforeTheHeaderIsPeerReset) {
    daemon pulsar(from_loopback);
    client socket(pulsar.address());
    const auto peer = socket.local_address();
    pulsar.report();  // the accept is over
    socket.reset();
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed", peer), "reason"), "peer_reset");
    EXPECT_EQ(pulsar.events("connection", "opened", peer).size(), 1U);
    pulsar.expect_orderly_exit();
}

/// HAProxy's checks do that: by the time of the accept, the socket has no peer any more.
TEST(ProxyFrom, KnowsWhoHasResetBeforeTheAccept) {
    daemon pulsar(from_loopback);
    pulsar.child().send(SIGSTOP);
    client socket(pulsar.address());
    const auto peer = socket.local_address();
    socket.send_all(proxy_v2(0x20, 0));
    ASSERT_TRUE(eventually([&] { return socket.unacknowledged() == 0; }));
    socket.reset();
    pulsar.child().send(SIGCONT);
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed", peer), "reason"), "peer_reset");
    EXPECT_EQ(text(pulsar.wait_for("connection", "opened", peer), "proxy"), "local");
    pulsar.expect_orderly_exit();
}

TEST(ProxyFrom, OpenedWaitsForTheHeaderAndReportsShowTheRealAddress) {
    daemon pulsar(with({"--log-level", "debug"}, from_loopback));
    client socket(pulsar.address());
    const auto proxy = socket.local_address();
    socket.send_all(proxy_v1_line.substr(0, 20));
    EXPECT_EQ(text(pulsar.wait_for("connection", "task started"), "peer"), proxy);
    const auto report = pulsar.report();
    EXPECT_EQ(number(report, "connections"), 1);
    EXPECT_EQ(number(report, "opened"), 1);
    EXPECT_EQ(text(pulsar.wait_for("registry", "active"), "peer"), proxy);
    EXPECT_TRUE(pulsar.events("connection", "opened").empty());
    socket.send_all(proxy_v1_line.substr(20));
    EXPECT_EQ(text(pulsar.wait_for("connection", "opened"), "peer"), proxied_client);
    EXPECT_EQ(number(pulsar.report(), "bytes_in"), 0);
    socket.close();
    pulsar.expect_orderly_exit();
}

TEST(ProxyFrom, SilenceBeforeTheHeaderEndsByTheIdleTimeoutWhereThatIsShorter) {
    daemon pulsar(with({"--idle-timeout", "150ms"}, from_loopback));
    client socket(pulsar.address());
    const auto peer = socket.local_address();
    EXPECT_EQ(socket.receive_until_eof(), "");
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed", peer), "reason"), "idle_timeout");
    socket.close();
    pulsar.expect_orderly_exit();
}

TEST(ProxyFrom, HeartbeatsBeginBehindTheHeader) {
    daemon pulsar(with({"--heartbeat-interval", "100ms"}, from_loopback));
    client socket(pulsar.address());
    socket.send_all(proxy_v2_tcp4());
    EXPECT_EQ(socket.receive_exactly(heartbeat.size()), heartbeat);
    socket.close();
    pulsar.expect_orderly_exit();
}

TEST(ProxyFrom, ADrainLetsAHeaderAndItsFrameBeFinished) {
    for (const auto& header : {proxy_v1_line, proxy_v2_tcp4()}) {
        daemon pulsar(from_loopback);
        client socket(pulsar.address());
        socket.send_all(header.substr(0, 14));
        ASSERT_TRUE(eventually([&] { return socket.unacknowledged() == 0; }));
        pulsar.report();
        pulsar.child().send(SIGTERM);
        pulsar.wait_for("server", "draining");
        socket.send_all(header.substr(14));
        pulsar.wait_for("connection", "opened", proxied_client);
        socket.send_all(frame("HELLO"));
        EXPECT_EQ(socket.receive_until_eof(), frame("HELLO"));
        socket.close();
        const auto stopped = pulsar.expect_orderly_end();
        EXPECT_EQ(number(stopped, "drained"), 1);
        EXPECT_EQ(number(stopped, "dropped_partial"), 0);
    }
}

TEST(ProxyFrom, ADrainEchoesWhatIsBehindAHeaderThatHasArrived) {
    daemon pulsar(from_loopback);
    client socket(pulsar.address());
    pulsar.report();
    pulsar.child().send(SIGSTOP);
    socket.send_all(proxy_v1_line + frame("one") + frame("two"));
    ASSERT_TRUE(eventually([&] { return socket.unacknowledged() == 0; }));
    pulsar.child().send(SIGTERM);
    pulsar.child().send(SIGCONT);
    EXPECT_EQ(socket.receive_until_eof(), frame("one") + frame("two"));
    socket.close();
    EXPECT_EQ(number(pulsar.expect_orderly_end(), "frames"), 2);
}

TEST(ProxyFrom, ADrainEndsWhoHasSentNoHeader) {
    daemon pulsar(from_loopback);
    client idle(pulsar.address());
    client half(pulsar.address());
    half.send_all("PROXY TCP4");
    ASSERT_TRUE(eventually([&] { return half.unacknowledged() == 0; }));
    const auto peer = idle.local_address();
    pulsar.report();
    pulsar.child().send(SIGTERM);
    EXPECT_EQ(idle.receive_until_eof(), "");
    EXPECT_EQ(half.receive_until_eof(), "");
    idle.close();
    half.close();
    const auto stopped = pulsar.expect_orderly_end();
    EXPECT_EQ(number(stopped, "drained"), 2);
    EXPECT_EQ(number(stopped, "dropped_partial"), 1);
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed", peer), "reason"), "drained");
    EXPECT_EQ(pulsar.events("connection", "opened").size(), 2U);
}

TEST(ProxyFrom, InADrainAHeaderCutOffByFinIsAnUnfinishedFrameAndAWrongOneIsNot) {
    const std::string wrong = "TCP5";
    for (const auto& rest : {std::string(), wrong}) {
        SCOPED_TRACE(rest);
        daemon pulsar(from_loopback);
        client half(pulsar.address());
        half.send_all("PROXY ");
        ASSERT_TRUE(eventually([&] { return half.unacknowledged() == 0; }));
        pulsar.report();
        pulsar.child().send(SIGTERM);
        pulsar.wait_for("server", "draining");
        half.send_all(rest);
        half.shutdown_send();
        EXPECT_EQ(half.receive_until_eof(), "");
        half.close();
        const auto stopped = pulsar.expect_orderly_end();
        EXPECT_EQ(text(pulsar.wait_for("connection", "closed"), "reason"), "bad_proxy_header");
        EXPECT_EQ(number(stopped, "drained"), 1);
        EXPECT_EQ(number(stopped, "dropped_partial"), rest.empty() ? 1 : 0);
    }
}

TEST(ProxyFrom, TheTimeoutOfADrainCutsAHeaderOff) {
    daemon pulsar(with({"--drain-timeout", "0s"}, from_loopback));
    client half(pulsar.address());
    half.send_all("PROXY TCP4");
    ASSERT_TRUE(eventually([&] { return half.unacknowledged() == 0; }));
    pulsar.report();
    pulsar.child().send(SIGTERM);
    EXPECT_EQ(number(pulsar.expect_orderly_end(), "cut_off"), 1);
    EXPECT_EQ(text(pulsar.wait_for("connection", "closed"), "reason"), "drain_timeout");
    EXPECT_EQ(pulsar.events("connection", "opened").size(), 1U);
}

}  // namespace
}  // namespace pulsar::test::proxy_header_test
